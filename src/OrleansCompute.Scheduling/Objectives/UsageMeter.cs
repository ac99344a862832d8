using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>Adds up what jobs cost and how much energy they use while they hold accelerators, by job and in all. Not thread-safe.</summary>
public sealed class UsageMeter
{
    private readonly Dictionary<string, (double Cost, double KilowattHours)> _jobs = new(StringComparer.Ordinal);

    /// <summary>Cost of all jobs, in the currency of the nodes' prices.</summary>
    public double Cost { get; private set; }

    /// <summary>Energy of all jobs, kWh.</summary>
    public double KilowattHours { get; private set; }

    /// <summary>Notes that a job held an allocation for so long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or not a number.</exception>
    public void Add(ClusterSnapshot cluster, string jobId, Allocation allocation, double seconds)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (!(seconds >= 0) || double.IsInfinity(seconds))
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "Must be 0 or more, and finite.");
        }

        var cost = ClusterCost.PerHour(cluster, allocation) * seconds / 3_600;
        var energy = ClusterCost.Watts(cluster, allocation) * seconds / 3_600_000;
        var (before, used) = Of(jobId);
        _jobs[jobId] = (before + cost, used + energy);
        (Cost, KilowattHours) = (Cost + cost, KilowattHours + energy);
    }

    /// <summary>Cost and energy of a job so far; nothing where it held none.</summary>
    public (double Cost, double KilowattHours) Of(string jobId) => _jobs.GetValueOrDefault(jobId);
}
