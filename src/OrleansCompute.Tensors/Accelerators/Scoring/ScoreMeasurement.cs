namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>One line of a score card. Immutable.</summary>
/// <param name="Name">What was measured, the same on every node, for example <c>gemm-f32-512</c>.</param>
/// <param name="Unit">Unit of the value: <c>GFLOP/s</c>, <c>GB/s</c> (more is better) or <c>us</c> (less is better).</param>
/// <param name="Value">Median; null when it was left out.</param>
/// <param name="SpreadFraction">Largest less smallest sample, divided by the median.</param>
/// <param name="SecondsPerCall">Median time of a call.</param>
/// <param name="CpuSecondsPerCall">Processor time of a call, of all threads of this process.</param>
/// <param name="LeftOut">Why there is no value; null when there is one.</param>
public sealed record ScoreMeasurement(
    string Name, string Unit, double? Value, double SpreadFraction, double SecondsPerCall, double CpuSecondsPerCall, string? LeftOut = null)
{
    /// <summary>Whether a smaller value is the better one.</summary>
    public bool IsSmallerBetter => Unit == "us";
}
