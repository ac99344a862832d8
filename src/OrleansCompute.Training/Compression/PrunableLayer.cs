using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Training.Compression;

/// <summary>A convolution without groups or a dense layer on matrices, from which inputs and units can be taken. Immutable.</summary>
internal sealed class PrunableLayer
{
    private readonly ConvOperator? _conv;
    private readonly DenseLayer? _dense;
    private readonly float[] _weights;
    private readonly float[]? _bias;
    private readonly Shape _shape;
    private readonly int _inputs;

    private PrunableLayer(GraphNode node, ConvOperator conv, float[] weights, float[]? bias)
    {
        (Node, Last, Output, _conv, _weights, _bias) = (node, node, node.Outputs[0], conv, weights, bias);
        _shape = node.Inputs[1]!.Type.Shape;
        (Units, _inputs) = (_shape[0], _shape[1]);
    }

    private PrunableLayer(DenseLayer dense)
    {
        (Node, Last, Output, _dense, _weights, _bias) = (dense.Node, dense.Last, dense.Output, dense, dense.Weights, dense.Bias);
        _shape = new Shape(dense.Inputs, dense.Units);
        (Units, _inputs) = (dense.Units, dense.Inputs);
    }

    public GraphNode Node { get; }

    public GraphNode Last { get; }

    public GraphValue Output { get; }

    public int Units { get; }

    public static PrunableLayer? At(GraphNode node, GraphCopy copy)
    {
        if (node.Operator is ConvOperator { Options.Groups: 1 } conv && copy.Weights(node.Inputs[1]) is { } weights)
        {
            var bias = node.Inputs.Count > 2 ? node.Inputs[2] : null;
            var values = copy.Weights(bias);
            return bias is null || values is not null ? new PrunableLayer(node, conv, weights, values) : null;
        }

        return node.Inputs.Count > 0 && node.Inputs[0]!.Type.Shape is { IsRankKnown: true, Rank: 2 } && DenseLayer.At(node, copy) is { } dense ? new PrunableLayer(dense) : null;
    }

    /// <summary>Sum of the absolute weights that make a unit.</summary>
    public double Importance(int unit)
    {
        var sum = 0.0;
        var per = _weights.Length / Units;
        for (var i = 0; i < per; i++)
        {
            sum += Math.Abs(_weights[_conv is null ? (i * Units) + unit : (unit * per) + i]);
        }

        return sum;
    }

    /// <summary>The layer that alone reads the units.</summary>
    /// <param name="copy">The graph.</param>
    /// <param name="flatten">A flattening on the way; null if there is none.</param>
    /// <param name="positions">Inputs of the consumer per unit: the pixels of a channel behind a flattening, else 1.</param>
    public GraphNode? FindConsumer(GraphCopy copy, out GraphNode? flatten, out int positions)
    {
        (flatten, positions) = (null, 1);
        for (var value = Output; copy.OnlyUser(value) is { } user; value = user.Outputs[0])
        {
            switch (user.Operator)
            {
                case ReluOperator or ActivationOperator or MaxPoolOperator { HasIndices: false } or AveragePoolOperator or IdentityOperator:
                    continue;
                case FlattenOperator { Axis: 1 } or ReshapeOperator when flatten is null && IsFlattening(user):
                    flatten = user;
                    positions = user.Inputs[0]!.Type.Shape.Product(2, user.Inputs[0]!.Type.Shape.Rank);
                    continue;
                default:
                    return At(user, copy) is { } next && user.Inputs[0] == value && next._inputs == Units * positions ? user : null;
            }
        }

        return null;
    }

    /// <summary>Writes the layer with some of its inputs and units; null keeps all.</summary>
    public GraphValue Write(GraphCopy copy, int[]? inputs, int[]? units)
    {
        inputs ??= [.. Enumerable.Range(0, _inputs)];
        units ??= [.. Enumerable.Range(0, Units)];
        var x = copy.Map(Node.Inputs[0]!);
        var bias = _bias is null ? null : copy.Parameter($"{Node.Name}.bias", new Shape(units.Length), [.. units.Select(unit => _bias[unit])]);
        if (_conv is not null)
        {
            var area = _shape.Product(2, _shape.Rank);
            var filters = units.SelectMany(unit => inputs.SelectMany(input => Enumerable.Range(((unit * _inputs) + input) * area, area))).Select(i => _weights[i]).ToArray();
            var weights = copy.Parameter($"{Node.Name}.weight", _shape.With(0, units.Length).With(1, inputs.Length), filters);
            return bias is null ? copy.Apply(_conv, Node.Name, x, weights) : copy.Apply(_conv, Node.Name, x, weights, bias);
        }

        var matrix = copy.Parameter($"{Node.Name}.weight", new Shape(inputs.Length, units.Length), [.. inputs.SelectMany(input => units.Select(unit => _weights[(input * Units) + unit]))]);
        return bias is null ? copy.Apply(new GemmOperator(), Node.Name, x, matrix) : copy.Apply(new GemmOperator(), Node.Name, x, matrix, bias);
    }

    private static bool IsFlattening(GraphNode node)
    {
        Shape from = node.Inputs[0]!.Type.Shape, to = node.Outputs[0].Type.Shape;
        return from.IsRankKnown && to.IsRankKnown && from.Rank > 2 && to.Rank == 2 && from.Dimensions[1..].IndexOf(Shape.Any) < 0
            && (to[1] == from.Product(1, from.Rank) || to[1] == Shape.Any);
    }
}
