using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tenancy;

/// <summary>
/// Adds up what tenants use, each second counting half for every half-life since: what <see cref="TenantQuota.PastUse"/> wants to know.
/// Times that go back count as no time. Not thread-safe.
/// </summary>
/// <param name="halfLifeSeconds">Seconds after which use counts half, above 0; infinite never forgets.</param>
public sealed class TenantUsage(double halfLifeSeconds = TenantTree.DefaultHalfLifeSeconds)
{
    private readonly double _halfLifeSeconds = halfLifeSeconds > 0
        ? halfLifeSeconds
        : throw new ArgumentOutOfRangeException(nameof(halfLifeSeconds), halfLifeSeconds, $"halfLifeSeconds is {halfLifeSeconds}; allowed above 0.");

    private readonly SortedDictionary<string, (double Use, double AtSeconds)> _uses = new(StringComparer.Ordinal);

    /// <summary>Adds use.</summary>
    /// <param name="tenant">Name.</param>
    /// <param name="use">Accelerator-seconds times measured 10⁹ operations a second, 0 or more.</param>
    /// <param name="atSeconds">When it ended, seconds on the caller's clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">The use is negative or no number.</exception>
    public void Add(string tenant, double use, double atSeconds)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (!(use is >= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(use), use, $"use is {use}; allowed 0 or more.");
        }

        var (known, since) = _uses.GetValueOrDefault(tenant, (0, atSeconds));
        _uses[tenant] = (Decayed(known, since, atSeconds) + use, Math.Max(since, atSeconds));
    }

    /// <summary>Adds what jobs held over a time: by tenant, in measured compute.</summary>
    public void Add(ClusterSnapshot cluster, IEnumerable<JobSnapshot> jobs, double seconds, double atSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        foreach (var job in jobs)
        {
            foreach (var share in job.Allocation.Shares)
            {
                Add(job.Tenant, (job.Allocation.Device?.ComputeShare ?? share.Accelerators) * cluster.Nodes[share.Node].ScoreGflops * seconds, atSeconds);
            }
        }
    }

    /// <summary>Use by tenant, as it counts at a time.</summary>
    public IReadOnlyDictionary<string, double> At(double seconds) =>
        _uses.ToDictionary(entry => entry.Key, entry => Decayed(entry.Value.Use, entry.Value.AtSeconds, seconds), StringComparer.Ordinal);

    private double Decayed(double use, double since, double at) => use * Math.Pow(2, -Math.Max(0, at - since) / _halfLifeSeconds);
}
