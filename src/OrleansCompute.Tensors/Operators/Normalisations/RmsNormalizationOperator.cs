using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Normalisations;

/// <summary>
/// x / sqrt(mean of x^2 + epsilon) * scale over all dimensions from an axis on (Zhang and Sennrich 2019); ONNX has it since opset 23. Scale
/// (input 1) is broadcast to x. Outputs: y, and one of our own for the gradient: float32 1 / sqrt(mean of x^2 + epsilon), with size 1 in
/// the normalised dimensions, which is not differentiated through.
/// </summary>
/// <param name="Axis">First normalised dimension; negative counts from the end.</param>
/// <param name="Epsilon">Added to the mean of the squares.</param>
public sealed record RmsNormalizationOperator(int Axis = -1, float Epsilon = 1e-5f) : Operator
{
    /// <inheritdoc/>
    public override string Name => "RMSNormalization";

    /// <inheritdoc/>
    public override int OutputCount => 2;

    /// <inheritdoc/>
    public override int OnnxOutputCount => 1;

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("axis", Axis).With("epsilon", Epsilon);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2).RequireSameElementType(0, 1);
        NormalisationShapes.RequireBroadcast(inputs, 1, Name);
        return [inputs[0], NormalisationShapes.RowStatistics(inputs[0].Shape, inputs[0].Shape.Axis(Axis, Name))];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        NormalisationShapes.RefuseStatistics(context, this);
        var gradients = context.Apply(
            new RmsNormalizationGradientOperator(Axis, Epsilon), context.Input(0), context.Input(1), context.Output(1), context.OutputGradient);
        context.Give(0, gradients[0]);
        context.Give(1, gradients[1]);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(4L * outputs[0].Shape.Elements, Traffic(inputs, outputs));
}
