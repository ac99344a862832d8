using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Fractions;

/// <summary>What the jobs of a round ask for, as a packing policy sees it: the same however often its view is made anew. Not thread-safe.</summary>
/// <param name="cluster">Nodes.</param>
/// <param name="jobs">All jobs of the round.</param>
internal sealed class PackingMix(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
{
    private readonly PackingShape?[] _shapes = new PackingShape?[jobs.Count];
    private Dictionary<PackingShape, long>? _counts;
    private TaskMix? _typical;

    /// <summary>How many want what.</summary>
    public IReadOnlyDictionary<PackingShape, long> Counts => _counts ??= Enumerable.Range(0, jobs.Count)
        .Where(job => jobs[job].Fraction is not null || jobs[job].RequestedAccelerators <= PackingPool.MaxAcceleratorsPerNode)
        .GroupBy(ShapeOf).ToDictionary(group => group.Key, group => group.LongCount());

    /// <summary>The most of them, with how likely each is.</summary>
    public TaskMix Typical => _typical ??= TaskMix.Typical(Counts);

    /// <summary>What a job asks for.</summary>
    public PackingShape ShapeOf(int job) => _shapes[job] ??= Shape(jobs[job]);

    private PackingShape Shape(JobSnapshot job)
    {
        var accelerators = job.Fraction is null ? job.RequestedAccelerators : 1;
        var milli = job.Fraction is { } part ? (int)Math.Clamp(Math.Round(1000 * part.ComputeShare), 1, 999) : 1000;
        var amount = job.Fraction?.ComputeShare ?? accelerators;
        var models = Enumerable.Range(0, cluster.Types.Length).Where(type => job.CanUse(cluster.Types[type], 1, 1)).Select(type => $"t{type}");
        return new PackingShape(
            (int)Math.Min(int.MaxValue / 2, 1000 * amount * job.CpuCoresPerAccelerator),
            (long)Math.Min(long.MaxValue / 4, amount * job.HostMemoryBytesPerAccelerator / (1 << 20)),
            accelerators, milli, job.Types.IsDefaultOrEmpty ? "" : string.Join('|', models.DefaultIfEmpty("none")));
    }
}
