using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// Parts of accelerators that found nothing: where one found nothing, none of its tenant, its types and its group does that needs as much
/// of everything or more, as what there is only shrinks. Not thread-safe.
/// </summary>
internal sealed class FailedParts
{
    // So many that none covers another are remembered for each kind; what is forgotten is only looked for again.
    private const int MaxSizes = 64;
    private readonly Dictionary<Kind, List<Size>> _failed = [];

    /// <summary>Whether a job is sure to find nothing; says whether the one that failed was of its very size, and why that one did.</summary>
    public bool Covers(JobSnapshot job, int priority, out bool isSame, out string? reason)
    {
        var size = Size.Of(job, priority, null);
        if (_failed.TryGetValue(Kind.Of(job), out var sizes) && sizes.FindIndex(other => other.IsWithin(size)) is >= 0 and var at)
        {
            (isSame, reason) = (size.IsWithin(sizes[at] with { Priority = size.Priority }), sizes[at].Reason);
            return true;
        }

        (isSame, reason) = (false, null);
        return false;
    }

    /// <summary>Notes that a job found nothing.</summary>
    public void Add(JobSnapshot job, int priority, string? reason)
    {
        var (kind, size) = (Kind.Of(job), Size.Of(job, priority, reason));
        var sizes = _failed.TryGetValue(kind, out var known) ? known : _failed[kind] = [];
        sizes.RemoveAll(other => size.IsWithin(other));
        if (sizes.Count >= MaxSizes)
        {
            sizes.RemoveAt(0);
        }

        sizes.Add(size);
    }

    /// <summary>Forgets all: there is new room.</summary>
    public void Clear() => _failed.Clear();

    private readonly record struct Kind(string Tenant, string Types, string Apart)
    {
        public static Kind Of(JobSnapshot job) => new(
            job.Tenant, job.Types.IsDefaultOrEmpty ? "" : string.Join('|', job.Types), job.IsAntiAffine ? job.AffinityGroup : "");
    }

    private readonly record struct Size(double Share, long Memory, double Cores, double Bytes, int Priority, string? Reason)
    {
        public static Size Of(JobSnapshot job, int priority, string? reason)
        {
            var part = job.Fraction!.Value;
            return new Size(
                part.ComputeShare, part.MemoryBytes, part.ComputeShare * job.CpuCoresPerAccelerator, part.ComputeShare * job.HostMemoryBytesPerAccelerator,
                priority, reason);
        }

        // The less urgent of those as large may take from fewer.
        public bool IsWithin(Size larger) => Share <= larger.Share && Memory <= larger.Memory && Cores <= larger.Cores && Bytes <= larger.Bytes
            && Priority >= larger.Priority;
    }
}
