using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>
/// How long jobs still take: what their owner or their progress says, where anybody does; else what finished jobs of the same tenant,
/// or of all, teach about one that has had so much service. Immutable.
/// </summary>
/// <param name="all">Learned from all finished jobs; null where none are kept.</param>
/// <param name="byTenant">Learned from those of one tenant, by its name; used where it has <see cref="LeastOfTenant"/> or more.</param>
public sealed class JobLengths(ServiceDistribution? all = null, IReadOnlyDictionary<string, ServiceDistribution>? byTenant = null)
{
    /// <summary>Fewest finished jobs of a tenant for which its own history counts instead of that of all.</summary>
    public const int LeastOfTenant = 20;

    /// <summary>Nothing was learned; only what is stated counts.</summary>
    public static JobLengths None { get; } = new();

    /// <summary>Seconds that a job still takes with what it holds, or, where it waits, with what it requested once it starts.</summary>
    public SecondsForecast Remaining(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var stated = job.ExpectedRemainingSeconds is >= 0 and < double.PositiveInfinity ? job.ExpectedRemainingSeconds : job.KnownRemainingSeconds;
        if (stated is >= 0 and < double.PositiveInfinity)
        {
            return SecondsForecast.Stated(stated.Value);
        }

        var accelerators = job.Allocation.IsEmpty ? job.RequestedAccelerators : job.Allocation.Accelerators;
        return Of(job.Tenant).Remaining(Math.Max(0, job.AttainedAcceleratorSeconds)).Times(1.0 / Math.Max(1, accelerators));
    }

    private ServiceDistribution Of(string tenant) =>
        byTenant is not null && byTenant.TryGetValue(tenant, out var own) && own.Count >= LeastOfTenant ? own : all ?? ServiceDistribution.Empty;
}
