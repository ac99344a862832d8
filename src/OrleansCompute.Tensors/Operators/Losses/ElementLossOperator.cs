using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Losses;

/// <summary>A loss of each element of predictions (input 0) and targets (input 1), of one shape and floating-point type, and its reduction.</summary>
/// <param name="Loss">The loss of one element.</param>
/// <param name="Reduction">None gives the shape of the inputs; Sum and Mean (over all elements) a scalar.</param>
/// <param name="Delta">Parameter of Huber and SmoothAbsoluteError, above 0.</param>
public sealed record ElementLossOperator(ElementLoss Loss, LossReduction Reduction = LossReduction.Mean, float Delta = 1) : Operator
{
    /// <inheritdoc/>
    public override string Name => $"{Loss}Loss";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => ClassLoss.Attributes(Reduction, null).With("delta", Delta);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var element = inputs.RequireCount(2).RequireSameElementType(0, 1);
        if (!inputs[0].Shape.Equals(inputs[1].Shape) || !element.IsFloatingPoint())
        {
            throw new ShapeMismatchException($"{Name}: predictions {inputs[0]} and targets {inputs[1]}; they must have one shape and be floating point.");
        }

        return [inputs[0] with { Shape = Reduction == LossReduction.None ? inputs[0].Shape : Shape.Scalar }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        for (var input = 0; input < 2; input++)
        {
            if (context.Needs(input))
            {
                context.Give(input, context.Apply(
                    new ElementLossGradientOperator(Loss, Reduction, Delta, input == 1), context.Input(0), context.Input(1), context.OutputGradient)[0]);
            }
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(4L * inputs[0]!.Shape.Elements, Traffic(inputs, outputs));
}
