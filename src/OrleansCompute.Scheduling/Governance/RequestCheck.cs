using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>Tells whether a job asks for what it can never get: numbers that make no sense, more than exists, more than its quota.</summary>
public static class RequestCheck
{
    /// <summary>Null where the job could run if all else left and every node came back; else why it could not, in a sentence.</summary>
    /// <param name="cluster">Nodes, those not ready included, and quotas.</param>
    /// <param name="job">The job.</param>
    /// <param name="isElastic">Whether the policy may give it less than it requests.</param>
    public static string? Refusal(ClusterSnapshot cluster, JobSnapshot job, bool isElastic)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new RequestLimits(cluster).Refusal(job, isElastic);
    }

    /// <summary>What is the same for all jobs of a round.</summary>
    internal sealed class RequestLimits
    {
        private readonly ClusterSnapshot _cluster;
        private readonly long[] _all;

        public RequestLimits(ClusterSnapshot cluster)
        {
            _cluster = cluster;
            _all = new long[cluster.Types.Length];
            for (var node = 0; node < cluster.Nodes.Length; node++)
            {
                _all[cluster.TypeOf(node)] += cluster.Nodes[node].Accelerators;
            }
        }

        public string? Refusal(JobSnapshot job, bool isElastic)
        {
            ArgumentNullException.ThrowIfNull(job);
            if (job.Problem() is { } problem)
            {
                return problem;
            }

            var needs = isElastic ? job.MinAccelerators : job.RequestedAccelerators;
            var best = 0L;
            var sum = 0L;
            for (var type = 0; type < _all.Length; type++)
            {
                if (job.Accepts(_cluster.Types[type]))
                {
                    best = Math.Max(best, _all[type]);
                    sum += _all[type];
                }
            }

            if ((job.MayMixTypes ? sum : best) < needs)
            {
                var what = string.Join(", ", Enumerable.Range(0, _all.Length).Select(type => $"{_all[type]} × {_cluster.Types[type]}"));
                return $"needs {needs} accelerator{(needs == 1 ? "" : "s")}{Wanted(job)}; the cluster has {(what.Length == 0 ? "none" : what)}.";
            }

            return Quota(job, needs) ?? Host(job);
        }

        private static string Wanted(JobSnapshot job) =>
            job.MayMixTypes ? (job.Types.IsDefaultOrEmpty ? "" : $" of {string.Join(" or ", job.Types)}")
            : job.Types.IsDefaultOrEmpty ? " of one type" : $" of {string.Join(" or ", job.Types)}";

        private string? Quota(JobSnapshot job, int needs)
        {
            var tree = _cluster.Tenants;
            var amount = job.Fraction?.ComputeShare ?? needs;
            for (var tenant = tree.IndexOf(job.Tenant); tenant >= 0; tenant = tree.ParentOf(tenant))
            {
                var quota = tree.Tenants[tenant];
                if (quota.MaxAccelerators < amount)
                {
                    return string.Create(
                        CultureInfo.InvariantCulture, $"needs {amount}; tenant '{quota.Name}' may hold at most {quota.MaxAccelerators} accelerators.");
                }

                if (!job.MayMixTypes && !Enumerable.Range(0, _all.Length).Any(type => job.Accepts(_cluster.Types[type])
                    && _all[type] >= needs && Math.Min(Most(tree, tenant, type), _all[type]) >= amount))
                {
                    var limits = quota.Quota.Where(entry => job.Accepts(entry.Key)).Select(entry => $"{entry.Value} × {entry.Key}");
                    return string.Create(
                        CultureInfo.InvariantCulture, $"needs {amount}{Wanted(job)}; the quota of tenant '{quota.Name}' is {string.Join(", ", limits)}.");
                }
            }

            return null;
        }

        private int Most(TenantTree tree, int tenant, int type) =>
            tree.Tenants[tenant].Quota.TryGetValue(_cluster.Types[type], out var most) ? most : int.MaxValue;

        private string? Host(JobSnapshot job)
        {
            if (job.CpuCoresPerAccelerator == 0 && job.HostMemoryBytesPerAccelerator == 0 && job.Fraction is not { MemoryBytes: > 0 })
            {
                return null;
            }

            var part = job.Fraction?.ComputeShare ?? 1;
            var (cores, bytes, memory) = (0.0, 0L, 0L);
            for (var i = 0; i < _cluster.Nodes.Length; i++)
            {
                var node = _cluster.Nodes[i];
                if (node.Accelerators == 0 || !job.Accepts(node.AcceleratorType))
                {
                    continue;
                }

                var (c, b) = (node.CpuCores == 0 ? double.PositiveInfinity : node.CpuCores, node.HostMemoryBytes == 0 ? long.MaxValue : node.HostMemoryBytes);
                var m = node.AcceleratorMemoryBytes == 0 ? long.MaxValue : node.AcceleratorMemoryBytes;
                if (c >= job.CpuCoresPerAccelerator * part && b >= job.HostMemoryBytesPerAccelerator * part && m >= (job.Fraction?.MemoryBytes ?? 0))
                {
                    return null;
                }

                (cores, bytes, memory) = (Math.Max(cores, c), Math.Max(bytes, b), Math.Max(memory, m));
            }

            return string.Create(
                CultureInfo.InvariantCulture,
                $"needs {job.CpuCoresPerAccelerator} cores and {job.HostMemoryBytesPerAccelerator} bytes of host memory beside each accelerator, and {job.Fraction?.MemoryBytes ?? 0} bytes on it; no node that it accepts has all of that (at most {cores} cores, {bytes} bytes, {memory} bytes).");
        }
    }
}
