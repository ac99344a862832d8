using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>
/// Gradient of <see cref="ClipOperator"/> from x, the optional bounds and dy (inputs 0 to 3): dy where the bounds, inclusive, leave x as
/// it is, else 0.
/// </summary>
/// <param name="Min">Lower bound where input 1 is left out; null: none.</param>
/// <param name="Max">Upper bound where input 2 is left out; null: none.</param>
public sealed record ClipGradientOperator(float? Min, float? Max) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ClipGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("min", Min).With("max", Max);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(4).RequireSameElementType(0, 3);
        return [inputs[0]];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Give(3, context.Apply(this, context.Input(0), context.OptionalInput(1), context.OptionalInput(2), context.OutputGradient)[0]);
    }
}
