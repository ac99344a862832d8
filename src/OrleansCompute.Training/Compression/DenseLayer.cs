using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;

namespace OrleansCompute.Training.Compression;

/// <summary>A product of rows with known weights as [inputs, units], with an optional bias: Gemm, or MatMul followed by Add. Immutable.</summary>
/// <param name="Node">The product.</param>
/// <param name="Output">Value behind the bias.</param>
/// <param name="Last">Node that computes it.</param>
/// <param name="Inputs">Inputs per row.</param>
/// <param name="Units">Outputs per row.</param>
/// <param name="Weights">[Inputs, Units].</param>
/// <param name="Bias">[Units], or null.</param>
/// <param name="WeightName">Name of the weights.</param>
/// <param name="BiasName">Name of the bias.</param>
internal sealed record DenseLayer(
    GraphNode Node, GraphValue Output, GraphNode Last, int Inputs, int Units, float[] Weights, float[]? Bias, string WeightName, string? BiasName)
{
    /// <summary>The layer that begins at a node; null if there is none, or its weights are not known.</summary>
    public static DenseLayer? At(GraphNode node, GraphCopy copy)
    {
        switch (node.Operator)
        {
            case GemmOperator { Alpha: 1, Beta: 1, TransposesLeft: false } gemm when copy.Weights(node.Inputs[1]) is { } weights:
                var shape = node.Inputs[1]!.Type.Shape;
                var (inputs, units) = gemm.TransposesRight ? (shape[1], shape[0]) : (shape[0], shape[1]);
                var addend = node.Inputs.Count > 2 ? node.Inputs[2] : null;
                var bias = copy.Weights(addend);
                return addend is not null && bias?.Length != units ? null
                    : new DenseLayer(node, node.Outputs[0], node, inputs, units, gemm.TransposesRight ? Turned(weights, units, inputs) : weights, bias, node.Inputs[1]!.Name, addend?.Name);

            case MatMulOperator { TransposesLeft: false, TransposesRight: false }
                when node.Inputs[1]!.Type.Shape is { Rank: 2 } right && copy.Weights(node.Inputs[1]) is { } weights:
                var add = copy.OnlyUser(node.Outputs[0]);
                var other = add is { Operator: AddOperator } ? add.Inputs[0] == node.Outputs[0] ? add.Inputs[1] : add.Inputs[0] : null;
                return copy.Weights(other) is { } sum && sum.Length == right[1]
                    ? new DenseLayer(node, add!.Outputs[0], add, right[0], right[1], weights, sum, node.Inputs[1]!.Name, other!.Name)
                    : new DenseLayer(node, node.Outputs[0], node, right[0], right[1], weights, null, node.Inputs[1]!.Name, null);

            default:
                return null;
        }
    }

    private static float[] Turned(float[] values, int rows, int columns)
    {
        var turned = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                turned[(c * rows) + r] = values[(r * columns) + c];
            }
        }

        return turned;
    }
}
