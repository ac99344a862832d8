using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Gradient of <see cref="DftOperator"/>, its adjoint: (dy, x, optional length) give dx, the transform of dy with the other sign, cut or filled
/// with zeros to the size of x. Of x only the shape is used.
/// </summary>
/// <param name="Forward">The transform.</param>
public sealed record DftGradientOperator(DftOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "DFTGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 3);
        var y = Forward.Infer(new OperatorInputs(this, [inputs[1], inputs.Has(2) ? inputs[2] : null], [null, inputs.Constant(2)]))[0];
        return !y.IsStatic || inputs[0].Shape.Equals(y.Shape)
            ? [inputs[1]]
            : throw new ShapeMismatchException($"{Name}: dy is {inputs[0]}; of {inputs[1]} it must have shape {y.Shape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) =>
        context.Give(0, context.Apply(Forward, context.OutputGradient, context.OptionalInput(2))[0]);

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) => Forward.Cost([inputs[1]], [inputs[0]!]);
}
