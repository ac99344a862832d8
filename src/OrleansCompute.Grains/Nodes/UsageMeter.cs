using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Grains.Nodes;

/// <summary>Cuts leases into numbered intervals of use. Runs on the node grain's turn only.</summary>
internal sealed class UsageMeter
{
    private readonly Dictionary<long, (Lease Lease, int Interval, DateTimeOffset From)> _leases = [];

    public IEnumerable<Lease> Leases => _leases.Values.Select(entry => entry.Lease);

    public void Begin(Lease lease, DateTimeOffset now) => _leases[lease.Id] = (lease, 0, now);

    /// <summary>The use of every lease since the last cut.</summary>
    public IReadOnlyList<UsageEntry> Cut(DateTimeOffset now) => [.. _leases.Keys.ToList().Select(id => Cut(id, now)!)];

    /// <summary>Ends a lease and gives its last interval; null where it is not known.</summary>
    public UsageEntry? End(long leaseId, DateTimeOffset now)
    {
        var entry = Cut(leaseId, now);
        _leases.Remove(leaseId);
        return entry;
    }

    private UsageEntry? Cut(long leaseId, DateTimeOffset now)
    {
        if (!_leases.TryGetValue(leaseId, out var held))
        {
            return null;
        }

        var (lease, interval, from) = held;
        _leases[leaseId] = (lease, interval + 1, now);
        return new UsageEntry
        {
            Pool = lease.Pool,
            LeaseId = lease.Id,
            Interval = interval,
            Tenant = lease.Tenant,
            Job = lease.Job,
            Node = lease.Node,
            Accelerator = lease.Accelerator,
            From = from,
            To = now < from ? from : now,
            ScoreGflops = lease.ScoreGflops,
            ComputeShareFraction = lease.ComputeShareFraction,
        };
    }
}
