using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tests.Incremental;

/// <summary>
/// What jobs hold that are not asked, as few jobs that may not be touched: one stands for all of a tenant that are alike in what counts
/// for others, on one type. Jobs on parts of accelerators stand for themselves, as each has its place.
/// </summary>
internal static class KeptJobsReference
{
    // Allocations are checked share against share; ten thousand tenants' jobs on a thousand nodes stay a few hundred of these.
    private const int MaxShares = 64;

    /// <summary>Makes them.</summary>
    /// <param name="cluster">What there is.</param>
    /// <param name="jobs">All jobs.</param>
    /// <param name="isAsked">Those that are left out.</param>
    /// <param name="now">The time.</param>
    public static List<JobSnapshot> Make(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, bool[] isAsked, double now)
    {
        var held = new Dictionary<Likeness, SortedDictionary<int, int>>();
        var kept = new List<JobSnapshot>();
        for (var index = 0; index < jobs.Count; index++)
        {
            var job = jobs[index];
            if (isAsked[index] || job.Allocation.IsEmpty)
            {
                continue;
            }

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
                    var like = new Likeness(
                        job.Tenant, cluster.TypeOf(share.Node), job.CpuCoresPerAccelerator, job.HostMemoryBytesPerAccelerator, job.AffinityGroup, job.IsAntiAffine);
                    if (!held.TryGetValue(like, out var nodes))
                    {
                        held.Add(like, nodes = []);
                    }

                    nodes[share.Node] = nodes.GetValueOrDefault(share.Node) + share.Accelerators;
                }
            }
        }

        foreach (var (like, nodes) in held)
        {
            foreach (var some in nodes.Chunk(MaxShares))
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
                    Allocation = Allocation.Of([.. some.Select(entry => new NodeShare(entry.Key, entry.Value))]),
                });
            }
        }

        return kept;

        bool IsThere(int node) => node < cluster.Nodes.Length && cluster.Nodes[node].IsReady;
    }

    private readonly record struct Likeness(string Tenant, int Type, double Cores, long Bytes, string Group, bool IsAntiAffine);
}
