using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Zeros of the input's type; only its shape is used.</summary>
public sealed record ZerosLikeOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "ZerosLike";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        // The result does not depend on the input's values.
    }
}
