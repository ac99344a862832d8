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
    public override bool IsDeterministic => Then.IsDeterministic && Else.IsDeterministic;

    /// <inheritdoc/>
    public override bool HasGradient => true;

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

    /// <summary>The chosen branch's values get what the gradient of the branch gives; those of the other get zeros.</summary>
    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        TripGradient.RequireDeterministic(context, Then, Else);
        int[] wanted = [.. Enumerable.Range(1, context.InputCount - 1).Where(context.Needs)], seeded = [.. Enumerable.Range(0, OutputCount).Where(context.HasGradient)];
        GraphValue[] outer = [.. Enumerable.Range(1, context.InputCount - 1).Select(context.Input), .. seeded.Select(context.Gradient)];
        var results = context.Apply(
            new IfOperator(Gradient(Then, Else, false, wanted, seeded), Gradient(Else, Then, true, wanted, seeded)), [context.Input(0), .. outer, .. outer]);
        for (var i = 0; i < wanted.Length; i++)
        {
            context.Give(wanted[i], results[i]);
        }
    }

    /// <summary>From (the values of the else branch, of the then branch, gradients of the outputs) to the gradients of the values.</summary>
    private static Graph Gradient(Graph branch, Graph other, bool isElse, int[] wanted, int[] seeded)
    {
        var builder = new GraphBuilder(branch);
        GraphValue[] others = [.. other.Inputs.Select((value, i) => TripGradient.AddInput(builder, $"other{i}", value.Type))];
        (GraphValue Output, GraphValue Seed)[] seeds = [.. seeded.Select(i => (branch.Outputs[i], TripGradient.AddInput(builder, $"seed{i}", branch.Outputs[i].Type)))];
        GraphValue[] values = [.. isElse ? branch.Inputs : others, .. isElse ? others : branch.Inputs];
        var whole = builder.Build(TripGradient.Sum(builder, seeds, [.. wanted.Select(i => values[i - 1])]));
        return new Graph([.. values, .. seeds.Select(seed => seed.Seed)], whole.Parameters, whole.Nodes, whole.Outputs, whole.ValueCount);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        Then.IsStatic && Else.IsStatic && Then.Cost() is var left && Else.Cost() is var right
            ? new OperatorCost(Math.Max(left.Flops, right.Flops), Math.Max(left.Bytes, right.Bytes))
            : default;
}
