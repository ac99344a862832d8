using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// (x - mean) / sqrt(variance + epsilon) * scale + bias over all dimensions from an axis on (Ba, Kiros and Hinton 2016). Scale (input 1) and
/// the optional bias (input 2) are broadcast to x. Outputs: y, and as float32, with size 1 in the normalised dimensions, mean and
/// 1 / sqrt(variance + epsilon), which are not differentiated through.
/// </summary>
/// <param name="Axis">First normalised dimension; negative counts from the end.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record LayerNormalizationOperator(int Axis = -1, float Epsilon = 1e-5f) : Operator
{
    /// <inheritdoc/>
    public override string Name => "LayerNormalization";

    /// <inheritdoc/>
    public override int OutputCount => 3;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("epsilon", Epsilon);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 3).RequireElementType(2, inputs[0].ElementType).RequireSameElementType(0, 1);
        NormalisationShapes.RequireBroadcast(inputs, 1, Name);
        NormalisationShapes.RequireBroadcast(inputs, 2, Name);
        var statistics = NormalisationShapes.RowStatistics(inputs[0].Shape, inputs[0].Shape.Axis(Axis, Name));
        NormalisationShapes.RequireElements(inputs, statistics, Name);
        return [inputs[0], statistics, statistics];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        NormalisationShapes.RefuseStatistics(context, this);
        var gradients = context.Apply(
            new LayerNormalizationGradientOperator(Axis, Epsilon), context.Input(0), context.Input(1), context.Output(1), context.Output(2), context.OutputGradient);
        context.Give(0, gradients[0]);
        context.Give(1, gradients[1]);
        if (context.Needs(2))
        {
            var (scale, bias) = (context.Input(1).Type, context.Input(2).Type);
            context.GiveSummed(2, scale == bias && scale.IsStatic ? gradients[2] : context.OutputGradient);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(8L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
