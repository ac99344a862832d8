using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// Cores and memory of machines that jobs still use, also jobs that were asked to leave: the policy counts without those, and what it
/// gives to others has to wait until they have left. Looks at nodes that it is asked about. On the grain's turn.
/// </summary>
/// <param name="book">The pool's jobs and leases, which do not change meanwhile.</param>
internal sealed class HostRoom(PoolBook book)
{
    private const double Tolerance = 1e-9;
    private readonly Dictionary<string, (double Cores, double Bytes)> _used = new(StringComparer.Ordinal);

    /// <summary>How many of some accelerators, or parts of one, have what the job needs beside them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="request">The job.</param>
    /// <param name="share">Part of each accelerator.</param>
    /// <param name="count">How many it is to get there.</param>
    public int Fitting(NodeSnapshot node, JobRequest request, double share, int count)
    {
        if (!Needs(request))
        {
            return count;
        }

        var (cores, bytes) = Used(node.Name);
        return (int)Math.Max(0, Math.Min(
            Room(node.Host?.CpuCores ?? 0, cores, share * request.CpuCoresPerAccelerator, count),
            Room(node.Host?.MemoryBytes ?? 0, bytes, share * request.HostMemoryBytesPerAccelerator, count)));
    }

    /// <summary>Counts what a job gets.</summary>
    public void Take(string node, JobRequest request, double share)
    {
        if (Needs(request))
        {
            _used[node] = Add(Used(node), request, share);
        }
    }

    private static bool Needs(JobRequest request) => request.CpuCoresPerAccelerator > 0 || request.HostMemoryBytesPerAccelerator > 0;

    // A machine that has 0 of it limits nothing.
    private static double Room(double all, double used, double each, int count) =>
        all == 0 || each == 0 ? count : Math.Min(count, Math.Floor(((all - used) / each) + Tolerance));

    private static (double Cores, double Bytes) Add((double Cores, double Bytes) used, JobRequest request, double share) =>
        (used.Cores + (share * request.CpuCoresPerAccelerator), used.Bytes + (share * request.HostMemoryBytesPerAccelerator));

    private (double Cores, double Bytes) Used(string node)
    {
        if (!_used.TryGetValue(node, out var used))
        {
            foreach (var lease in book.OfNode(node))
            {
                used = book.Find(PoolQuestion.IdOf(lease.Tenant, lease.Job)) is { } job ? Add(used, job.Request, lease.ComputeShareFraction) : used;
            }

            _used[node] = used;
        }

        return used;
    }
}
