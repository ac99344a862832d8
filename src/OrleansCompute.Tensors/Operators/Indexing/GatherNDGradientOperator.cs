using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Adds dy to zeros where <see cref="GatherNDOperator"/> took it from: (dy, indices, x); of x only the shape is used.</summary>
/// <param name="BatchDimensions">That of the operator.</param>
public sealed record GatherNDGradientOperator(int BatchDimensions = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "GatherNDGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("batch_dims", BatchDimensions);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3);
        IndexChecks.RequireIndices(Name, inputs, 1);
        var output = new GatherNDOperator(BatchDimensions).Output(inputs[2].Shape, inputs[1].Shape);
        return output.Equals(inputs[0].Shape)
            ? [inputs[0] with { Shape = inputs[2].Shape }]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}; it must be {output}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new GatherNDOperator(BatchDimensions), context.OutputGradient, context.Input(1))[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(inputs[0]!.Shape.Elements, Traffic([inputs[0], inputs[1]], outputs));
}
