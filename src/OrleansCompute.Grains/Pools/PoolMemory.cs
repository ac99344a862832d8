using Orleans;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// What a pool remembers of jobs that are done: how much service they needed, which tells policies and forecasts how long others take,
/// and what tenants used, which counts half after each half-life. Bounded: one number for each bin, tenant and recent job.
/// </summary>
[GenerateSerializer, Alias("oc.pool-memory.v1")]
public sealed class PoolMemory
{
    // A quartile of the last 500 is within 6 % of that of all; more would be written at every end of a job.
    private const int MaxLengths = 500;
    private const int MaxTenants = 10_000;

    /// <summary>Jobs that finished, by bins of <see cref="ServiceHistory"/>; those that are 0 at the end are left out.</summary>
    [Id(0)] public List<int> Bins { get; set; } = [];

    /// <summary>Accelerator-seconds of the last jobs that finished, the most recent last.</summary>
    [Id(1)] public List<FinishedService> Lengths { get; set; } = [];

    /// <summary>Use by tenant: accelerator-seconds times measured 10⁹ operations a second, as it counted at a time.</summary>
    [Id(2)] public Dictionary<string, DecayedUse> Uses { get; set; } = [];

    /// <summary>Counts its changes.</summary>
    [Id(3)] public long Revision { get; set; }

    /// <summary>A job is done.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="acceleratorSeconds">What it held in all.</param>
    public void Finish(string tenant, double acceleratorSeconds)
    {
        if (!(acceleratorSeconds > 0) || double.IsInfinity(acceleratorSeconds))
        {
            return;
        }

        var bin = (int)ServiceHistory.Position(acceleratorSeconds);
        while (Bins.Count <= bin)
        {
            Bins.Add(0);
        }

        Bins[bin]++;
        Revision++;
        Lengths.Add(new FinishedService { Tenant = tenant, AcceleratorSeconds = acceleratorSeconds });
        if (Lengths.Count > MaxLengths)
        {
            Lengths.RemoveRange(0, Lengths.Count - MaxLengths);
        }
    }

    /// <summary>A tenant has used something.</summary>
    /// <param name="tenant">Who.</param>
    /// <param name="use">Accelerator-seconds times measured 10⁹ operations a second; what is no number above 0 is left out.</param>
    /// <param name="atSeconds">When, on the clock of the jobs.</param>
    public void Use(string tenant, double use, double atSeconds)
    {
        if (!(use > 0) || double.IsInfinity(use))
        {
            return;
        }

        Revision++;
        if (Uses.Count >= MaxTenants && !Uses.ContainsKey(tenant))
        {
            // Who counts least now does so at any time: all decay alike.
            Uses.Remove(Uses.MinBy(entry => Math.Log2(entry.Value.Use) + (entry.Value.AtSeconds / TenantTree.DefaultHalfLifeSeconds)).Key);
        }

        var usage = new TenantUsage();
        if (Uses.TryGetValue(tenant, out var known))
        {
            usage.Add(tenant, known.Use, known.AtSeconds);
        }

        usage.Add(tenant, use, atSeconds);
        var at = Math.Max(atSeconds, known?.AtSeconds ?? atSeconds);
        Uses[tenant] = new DecayedUse { Use = usage.At(at)[tenant], AtSeconds = at };
    }

    /// <summary>Use by tenant, as it counts at a time.</summary>
    public IReadOnlyDictionary<string, double> UsesAt(double seconds)
    {
        var usage = new TenantUsage();
        foreach (var (tenant, use) in Uses)
        {
            usage.Add(tenant, use.Use, use.AtSeconds);
        }

        return usage.At(seconds);
    }

    /// <summary>For policies.</summary>
    public ServiceHistory ToHistory()
    {
        var history = ServiceHistory.Empty;
        for (var bin = 0; bin < Math.Min(Bins.Count, ServiceHistory.Bins); bin++)
        {
            history = Bins[bin] > 0 ? history.Add(ServiceHistory.SecondsOf(bin), Bins[bin]) : history;
        }

        return history;
    }

    /// <summary>For forecasts.</summary>
    public JobLengths ToLengths() => Lengths.Count == 0 ? JobLengths.None : new JobLengths(
        ServiceDistribution.Learn(Lengths.Select(job => job.AcceleratorSeconds)),
        Lengths.GroupBy(job => job.Tenant, StringComparer.Ordinal).Where(tenant => tenant.Count() >= JobLengths.LeastOfTenant)
            .ToDictionary(tenant => tenant.Key, tenant => ServiceDistribution.Learn(tenant.Select(job => job.AcceleratorSeconds)), StringComparer.Ordinal));

    /// <summary>The same, apart.</summary>
    public PoolMemory Copy() => new()
    {
        Bins = [.. Bins], Lengths = [.. Lengths], Uses = new Dictionary<string, DecayedUse>(Uses, StringComparer.Ordinal), Revision = Revision,
    };
}
