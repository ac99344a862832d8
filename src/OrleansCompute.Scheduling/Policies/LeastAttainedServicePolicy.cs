using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// The job that has held the fewest accelerator-seconds goes first, so that short jobs, which nobody knows beforehand, are not stuck
/// behind long ones. Preempts.
/// </summary>
/// <param name="rotatesTypes">
/// Whether jobs draw lots for their type each round, blind to how fast they are where: what Gavel (OSDI 2020) calls
/// heterogeneity-agnostic. It moves jobs every round, so it is a baseline for simulations, not for a live pool.
/// </param>
public sealed class LeastAttainedServicePolicy(bool rotatesTypes = false) : GangPolicy
{
    /// <inheritdoc/>
    public override string Name => "las";

    /// <inheritdoc/>
    protected override double QuantumRestarts => 10;

    /// <inheritdoc/>
    protected override IReadOnlyList<int> Order(
        ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds, Span<double?> memos) =>
        [.. Enumerable.Range(0, jobs.Count).OrderByDescending(job => jobs[job].Priority)
            .ThenBy(job => jobs[job].AttainedAcceleratorSeconds / jobs[job].Weight).ThenBy(job => jobs[job].SubmitSeconds)];

    /// <inheritdoc/>
    protected override int ChooseType(
        ClusterSnapshot cluster, JobSnapshot job, FreeAccelerators free, IReadOnlyList<int> left, double nowSeconds)
    {
        if (!rotatesTypes)
        {
            return base.ChooseType(cluster, job, free, left, nowSeconds);
        }

        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(left);
        var fitting = Enumerable.Range(0, left.Count).Where(type => left[type] >= job.RequestedAccelerators
            && JobSpeed.CanUse(cluster, job, type, job.RequestedAccelerators)).ToList();
        return fitting.Count == 0 ? -1 : fitting[(int)(Lot(job.Id, nowSeconds) % (uint)fitting.Count)];
    }

    // A lot that depends on nothing but job and time, so that a replay draws the same: FNV-1a over the bytes of both, then the finaliser
    // of MurmurHash3, as the low bits of FNV alone do not see the high bits of the time.
    private static uint Lot(string id, double nowSeconds)
    {
        var time = BitConverter.DoubleToUInt64Bits(nowSeconds);
        var hash = 2166136261u;
        for (var shift = 0; shift < 64; shift += 8)
        {
            hash = (hash ^ (byte)(time >> shift)) * 16777619u;
        }

        foreach (var letter in id)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        return hash ^ (hash >> 16);
    }
}
