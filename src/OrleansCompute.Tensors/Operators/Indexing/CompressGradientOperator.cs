using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Indexing;

/// <summary>Puts dy where <see cref="CompressOperator"/> took it from, zeros elsewhere: (dy, condition, x); of x only the shape is used.</summary>
/// <param name="Axis">That of the operator.</param>
public sealed record CompressGradientOperator(int? Axis = null) : Operator
{
    /// <inheritdoc/>
    public override string Name => "CompressGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [inputs.RequireCount(3)[0] with { Shape = inputs[2].Shape }];

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(new CompressOperator(Axis), context.OutputGradient, context.Input(1))[0]);
}
