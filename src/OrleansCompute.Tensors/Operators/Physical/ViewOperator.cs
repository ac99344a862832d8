using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>
/// The same elements under another shape: what Reshape, Flatten, Squeeze and Unsqueeze become when the sizes are known. A compiled graph
/// gives it the memory of its input, so it costs nothing.
/// </summary>
/// <param name="Shape">A static shape with as many elements as the input.</param>
public sealed record ViewOperator(Shape Shape) : Operator
{
    /// <inheritdoc/>
    public override string Name => "View";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("shape", Shape.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        inputs.RequireCount(1);
        return inputs[0].Shape.Elements == Shape.Elements
            ? [inputs[0] with { Shape = Shape }]
            : throw new ShapeMismatchException($"View: {inputs[0].Shape} has {inputs[0].Shape.Elements} elements, {Shape} has {Shape.Elements}; they must be equal.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ViewOperator(context.Input(0).Type.Shape), context.OutputGradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => default;
}
