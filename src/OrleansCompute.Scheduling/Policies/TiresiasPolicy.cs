using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Tiresias (NSDI 2019) without knowledge of lengths: two queues, first come first served in each; a job that has held
/// <see cref="DemotionAcceleratorSeconds"/> goes to the end of the second. Preempts; jobs that fit pass those that do not.
/// The memo of a job is when it was demoted.
/// </summary>
/// <param name="demotionAcceleratorSeconds">
/// Accelerator-seconds after which a job is demoted, above 0. Default 16 hours, the value of the Pollux authors' comparison.
/// </param>
public sealed class TiresiasPolicy(double demotionAcceleratorSeconds = TiresiasPolicy.DefaultDemotionAcceleratorSeconds) : GangPolicy
{
    /// <summary>16 accelerator-hours.</summary>
    public const double DefaultDemotionAcceleratorSeconds = 16 * 3600;

    /// <inheritdoc/>
    public override string Name => "tiresias";

    /// <summary>Accelerator-seconds after which a job is demoted.</summary>
    public double DemotionAcceleratorSeconds { get; } = demotionAcceleratorSeconds > 0
        ? demotionAcceleratorSeconds
        : throw new ArgumentOutOfRangeException(
            nameof(demotionAcceleratorSeconds), demotionAcceleratorSeconds, "Must be above 0.");

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var demoted = new double[jobs.Count];
        for (var job = 0; job < jobs.Count; job++)
        {
            // The service counts in gangs: seconds with accelerators times what was requested.
            var service = jobs[job].RunSeconds * jobs[job].RequestedAccelerators;
            memos[job] = jobs[job].Memo ?? (service >= DemotionAcceleratorSeconds ? nowSeconds : null);
            demoted[job] = memos[job] ?? double.NegativeInfinity;
        }

        return [.. Enumerable.Range(0, jobs.Count).OrderBy(job => demoted[job]).ThenBy(job => jobs[job].SubmitSeconds)];
    }
}
