using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>The same elements in the same order with another shape; the batch stays the first dimension.</summary>
/// <param name="Target">The new shape, with the batch first.</param>
public sealed record ReshapeOperator(Shape Target) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Reshape";

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        var shape = inputs[0].Shape;
        return shape.HasBatch && Target.HasBatch && shape.Elements == Target.Elements
            ? [inputs[0] with { Shape = Target }]
            : throw new ShapeMismatchException(
                $"Reshape: input {shape} has {shape.Elements} elements per sample, target {Target} has {Target.Elements}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ReshapeOperator(context.Input(0).Type.Shape), context.OutputGradient)[0]);
        }
    }
}
