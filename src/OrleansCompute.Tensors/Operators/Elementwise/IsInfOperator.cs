using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Whether an element is infinite.</summary>
/// <param name="DetectPositive">Whether plus infinity counts.</param>
/// <param name="DetectNegative">Whether minus infinity counts.</param>
public sealed record IsInfOperator(bool DetectPositive = true, bool DetectNegative = true) : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "IsInf";

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        OperatorAttributes.Empty.With("detect_negative", DetectNegative).With("detect_positive", DetectPositive);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs) => [base.Infer(inputs)[0] with { ElementType = ElementType.Bool }];
}
