using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Control;

/// <summary>
/// Runs one of two sub-graphs: (condition, values that the else branch uses, values that the then branch uses), the latter as the branches'
/// inputs. Both branches have as many outputs.
/// </summary>
/// <param name="Then">For a condition that is true.</param>
/// <param name="Else">For a condition that is false.</param>
public sealed record IfOperator(Graph Then, Graph Else) : Operator
{
    /// <inheritdoc/>
    public override string Name => "If";

    /// <inheritdoc/>
    public override int OutputCount => Then.Outputs.Count;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("then_branch", Then).With("else_branch", Else);

    /// <inheritdoc/>
    public override int SubGraphInputs(string attribute) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(1 + Then.Inputs.Count + Else.Inputs.Count);
        if (inputs[0].ElementType != ElementType.Bool || inputs[0].Shape.Elements != 1 || Then.Outputs.Count != Else.Outputs.Count)
        {
            throw new ShapeMismatchException(
                $"{Name}: the condition is {inputs[0]}, the branches have {Then.Outputs.Count} and {Else.Outputs.Count} outputs; it must be one Bool, and these equal.");
        }

        return [.. Then.Outputs.Zip(Else.Outputs, (left, right) => left.Type == right.Type && left.Type.IsStatic
            ? left.Type
            : new TensorType(left.Type.ElementType == right.Type.ElementType ? left.Type.ElementType : ElementType.Undefined, Shape.Unknown))];
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        Then.IsStatic && Else.IsStatic && Then.Cost() is var left && Else.Cost() is var right
            ? new OperatorCost(Math.Max(left.Flops, right.Flops), Math.Max(left.Bytes, right.Bytes))
            : default;
}
