using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Which operators may write their result over an input: those that read an element of it only for the same element of the result. Stateless.</summary>
internal static class InPlaceRules
{
    /// <summary>Whether the first output may have the memory of an input that nobody needs afterwards.</summary>
    public static bool Allows(GraphNode node, int input)
    {
        var value = node.Inputs[input];
        if (value is null || node.Outputs.Count != 1 || value.Type != node.Outputs[0].Type)
        {
            return false;
        }

        return node.Operator is FusedElementwiseOperator
            || ElementSteps.Find(node.Operator, [.. node.Inputs.Select(other => other?.Type)]) is not null;
    }
}
