namespace OrleansCompute.Tensors.Execution;

/// <summary>What the memory of a compiled graph comes to. Immutable.</summary>
/// <param name="UnplannedBytes">All intermediate values next to each other: the peak without planning.</param>
/// <param name="LiveBytes">Most bytes of values that are needed at the same time, in-place results counted once: no plan can do with less.</param>
/// <param name="ArenaBytes">The block that holds them: the peak with planning.</param>
/// <param name="FixedBytes">Inputs, parameters, gradients and outputs that the caller owns, and constants.</param>
public sealed record MemoryPlan(long UnplannedBytes, long LiveBytes, long ArenaBytes, long FixedBytes)
{
    /// <summary>For example 12.1 MB in place of 40.3 MB.</summary>
    public override string ToString() => $"{ArenaBytes / 1e6:F1} MB in place of {UnplannedBytes / 1e6:F1} MB";
}
