using System.Globalization;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Incremental;

/// <summary>
/// What jobs hold that are not asked, as few jobs that may not be touched: one stands for all of a tenant that are alike in what counts
/// for others, on one type. Jobs on parts of accelerators stand for themselves, as each has its place.
/// </summary>
internal static class KeptJobs
{
    // Allocations are checked share against share; ten thousand tenants' jobs on a thousand nodes stay a few hundred of these.
    private const int MaxShares = 64;

    /// <summary>Makes them.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">All jobs.</param>
    /// <param name="choice">Which of them hold something, for whom.</param>
    /// <param name="isAsked">Those that are left out.</param>
    /// <param name="now">The time.</param>
    public static List<JobSnapshot> Make(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, IncrementalChoice choice, bool[] isAsked, double now)
    {
        var (types, ledger, isFlat) = (cluster.Types.Length, choice.Ledger, cluster.Tenants.IsFlat);
        var held = new List<(Likeness Like, List<NodeShare> Shares)>();
        var kept = new List<JobSnapshot>();

        // Nearly all are alike but for tenant and type: found without looking at names.
        var plain = new int[ledger.Count * types];
        var others = new Dictionary<Likeness, int>();
        foreach (var index in choice.Holding)
        {
            if (isAsked[index])
            {
                continue;
            }

            var job = jobs[index];

            if (job.Allocation.Device is { } part)
            {
                if (IsThere(part.Node))
                {
                    kept.Add(job with { IsPreemptible = false });
                }

                continue;
            }

            foreach (var share in job.Allocation.Shares)
            {
                if (IsThere(share.Node))
                {
                    held[Place(job, ledger.LeafOf(index), cluster.TypeOf(share.Node))].Shares.Add(share);
                }
            }
        }

        foreach (var (like, shares) in held)
        {
            foreach (var some in ByNode(shares).Chunk(MaxShares))
            {
                kept.Add(new JobSnapshot
                {
                    // No job's id has such a character.
                    Id = string.Create(CultureInfo.InvariantCulture, $"\0{kept.Count}"),
                    Tenant = like.Tenant,
                    SubmitSeconds = now,
                    AllocatedSeconds = now,
                    RequestedAccelerators = 1,
                    IsPreemptible = false,
                    CpuCoresPerAccelerator = like.Cores,
                    HostMemoryBytesPerAccelerator = like.Bytes,
                    AffinityGroup = like.Group,
                    IsAntiAffine = like.IsAntiAffine,
                    Allocation = Allocation.Of([.. some]),
                });
            }
        }

        return kept;

        int Place(JobSnapshot job, int leaf, int type)
        {
            if (!isFlat && job is { CpuCoresPerAccelerator: 0, HostMemoryBytesPerAccelerator: 0, AffinityGroup.Length: 0, IsAntiAffine: false })
            {
                ref var place = ref plain[(leaf * types) + type];
                return (place = place > 0 ? place : Open(job, type)) - 1;
            }

            var like = LikenessOf(job, type);
            if (!others.TryGetValue(like, out var other))
            {
                others.Add(like, other = Open(job, type));
            }

            return other - 1;
        }

        int Open(JobSnapshot job, int type)
        {
            held.Add((LikenessOf(job, type), []));
            return held.Count;
        }

        bool IsThere(int node) => node < cluster.Nodes.Length && cluster.Nodes[node].IsReady;
    }

    private static Likeness LikenessOf(JobSnapshot job, int type) =>
        new(job.Tenant, type, job.CpuCoresPerAccelerator, job.HostMemoryBytesPerAccelerator, job.AffinityGroup, job.IsAntiAffine);

    private static List<NodeShare> ByNode(List<NodeShare> shares)
    {
        shares.Sort(static (one, other) => one.Node.CompareTo(other.Node));
        var last = 0;
        for (var next = 1; next < shares.Count; next++)
        {
            if (shares[next].Node == shares[last].Node)
            {
                shares[last] = shares[last] with { Accelerators = shares[last].Accelerators + shares[next].Accelerators };
            }
            else
            {
                shares[++last] = shares[next];
            }
        }

        shares.RemoveRange(last + 1, shares.Count - last - 1);
        return shares;
    }

    private readonly record struct Likeness(string Tenant, int Type, double Cores, long Bytes, string Group, bool IsAntiAffine);
}
