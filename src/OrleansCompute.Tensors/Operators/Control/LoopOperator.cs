using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Operators.Control;

/// <summary>
/// Runs a sub-graph again and again: (optional most trips, optional condition, carried values, values that the body uses). The body gets
/// (trip, condition, carried values, used values) and gives (condition, carried values, scanned values); the outputs are the last carried
/// values, and all scanned values stacked along a new first dimension.
/// </summary>
/// <param name="Body">The sub-graph.</param>
/// <param name="CarriedCount">Number of carried values, 0 or more.</param>
public sealed record LoopOperator(Graph Body, int CarriedCount) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Loop";

    /// <inheritdoc/>
    public override int OutputCount => Body.Outputs.Count - 1;

    /// <inheritdoc/>
    public override bool IsDeterministic => Body.IsDeterministic;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("body", Body);

    /// <inheritdoc/>
    public override int SubGraphInputs(string attribute) => CarriedCount + 2;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(Body.Inputs.Count);
        if (CarriedCount < 0 || Body.Inputs.Count < CarriedCount + 2 || Body.Outputs.Count < CarriedCount + 1)
        {
            throw new ShapeMismatchException(
                $"{Name}: the body has {Body.Inputs.Count} inputs and {Body.Outputs.Count} outputs; with {CarriedCount} carried values it needs at least {CarriedCount + 2} and {CarriedCount + 1}.");
        }

        for (var input = 0; input < 2; input++)
        {
            if (inputs.Has(input) && inputs[input].Shape.Elements != 1)
            {
                throw new ShapeMismatchException($"{Name}: {(input == 0 ? "the trip count" : "the condition")} is {inputs[input]}; it must have one element.");
            }
        }

        return [.. Body.Outputs.Skip(1).Select(output => new TensorType(output.Type.ElementType, Shape.Unknown))];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        TripGradient.RequireDeterministic(context, Body);
        // The trips once more, which give what each began with as well, and its number.
        var first = Body.Outputs.Count - 1;
        var recording = this with { Body = Body.WithOutputs([.. Body.Outputs, .. Body.Inputs.Skip(2).Take(CarriedCount), Body.Inputs[0]]) };
        var recorded = context.Apply(recording, [.. Enumerable.Range(0, context.InputCount).Select(context.OptionalInput)]);
        var gradient = new TripGradient(context, Body);
        gradient.Scan(Body.Inputs[0], recorded[first + CarriedCount], 0, isBackwards: true);
        gradient.Use(1, context.Constant(Tensor.Scalar(true)));
        for (var i = 0; i < CarriedCount; i++)
        {
            gradient.Carry(i + 2, i + 1, i, recorded[first + i]);
        }

        for (var i = CarriedCount + 2; i < context.InputCount; i++)
        {
            gradient.Use(i, context.Input(i));
        }

        for (var i = CarriedCount; i < OutputCount; i++)
        {
            gradient.Collect(i + 1, i, 0, isBackwards: false);
        }

        gradient.Append();
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => default;
}
