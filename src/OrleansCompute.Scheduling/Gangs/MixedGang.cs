using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Gangs;

/// <summary>What a gang of several accelerator types does: its speed, and how its work is shared out. Pure.</summary>
public static class MixedGang
{
    /// <summary>
    /// Speed with an allocation, in the unit of the job's model (accelerators, where it has none): the sum of what each member does in a
    /// gang of this size of its own type, times the efficiency where types differ.
    /// </summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="job">The job.</param>
    /// <param name="allocation">What it would hold.</param>
    /// <param name="efficiency">See <see cref="MixedGangOptions.Efficiency"/>.</param>
    public static double Speed(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation, double efficiency)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(allocation);
        return (cluster.IsMixed(allocation) ? efficiency : 1) * JobSpeed.Of(cluster, job, allocation);
    }

    /// <summary>The part of the batch for one accelerator of each share, in proportion to measured speed; over all accelerators they sum to 1.</summary>
    public static ImmutableArray<double> BatchParts(ClusterSnapshot cluster, JobSnapshot job, Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(allocation);
        var speeds = allocation.Shares.Select(share => JobSpeed.OfMember(cluster, job, cluster.TypeOf(share.Node), allocation)).ToArray();
        var sum = speeds.Zip(allocation.Shares, (speed, share) => speed * share.Accelerators).Sum();
        return [.. speeds.Select(speed => sum > 0 ? speed / sum : 1.0 / allocation.Accelerators)];
    }
}
