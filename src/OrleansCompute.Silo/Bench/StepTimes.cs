namespace OrleansCompute.Silo.Bench;

/// <summary>How long one step took, milliseconds.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Count">How often it was measured.</param>
/// <param name="MsP50">Median.</param>
/// <param name="MsP99">99th percentile; the worst, where there are fewer than 100.</param>
/// <param name="MsMax">The worst.</param>
public sealed record StepTimes(string Step, int Count, double MsP50, double MsP99, double MsMax)
{
    /// <summary>Sums measurements up; there is at least one.</summary>
    public static StepTimes Of(string step, IEnumerable<double> ms)
    {
        var sorted = ms.Order().ToArray();
        return new StepTimes(step, sorted.Length, sorted[sorted.Length / 2], sorted[Math.Min(sorted.Length - 1, (int)(0.99 * sorted.Length))], sorted[^1]);
    }
}
