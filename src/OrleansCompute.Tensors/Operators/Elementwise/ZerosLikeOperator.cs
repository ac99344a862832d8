namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Zeros of the input's type; only its shape is used.</summary>
public sealed record ZerosLikeOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "ZerosLike";

    /// <inheritdoc/>
    public override string Domain => "oc";
}
