using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Tensors.Operators.Elementwise;

/// <summary>Ones of the input's type; only its shape is used.</summary>
public sealed record OnesLikeOperator : UnaryOperator
{
    /// <inheritdoc/>
    public override string Name => "OnesLike";

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
