using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Simulations.Engine;

/// <summary>Says of a run that ended before all jobs were done why it did, and what kept each of those that are left.</summary>
internal static class RunEnd
{
    private const double SecondsPerYear = 365 * 86_400.0;

    public static string Reason(SimulationOptions options, int? idleRounds) => idleRounds is { } rounds
        ? string.Create(
            CultureInfo.InvariantCulture, $"the policy left all accelerators unused for {rounds:N0} rounds while jobs waited, and nothing else was to happen")
        : string.Create(
            CultureInfo.InvariantCulture, $"the virtual clock came to its limit, {options.MaxSeconds:0} s ({options.MaxSeconds / SecondsPerYear:0.##} years)");

    /// <summary>The jobs left: submitted ones with what the policy says of them now (it is pure, so asking it once more changes nothing), then those to come.</summary>
    public static ImmutableArray<UnfinishedJob> Unfinished(
        ISchedulingPolicy policy, ClusterSnapshot cluster, IReadOnlyList<SimulatedJob> active, Func<SimulatedJob, JobSnapshot> snapshot,
        ReadOnlySpan<SimulatedJob> toCome, double now)
    {
        var left = ImmutableArray.CreateBuilder<UnfinishedJob>(active.Count + toCome.Length);
        var decisions = active.Count == 0 ? [] : policy.Decide(cluster, [.. active.Select(snapshot)], now);
        for (var i = 0; i < active.Count; i++)
        {
            left.Add(new UnfinishedJob(active[i].Id, active[i].SubmitSeconds, active[i].Allocation.Accelerators, decisions[i].Reason));
        }

        foreach (var job in toCome)
        {
            left.Add(new UnfinishedJob(job.Id, job.SubmitSeconds, 0, string.Create(
                CultureInfo.InvariantCulture, $"was to be submitted at {job.SubmitSeconds:0} s, after the run had ended at {now:0} s")));
        }

        return left.MoveToImmutable();
    }
}
