using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>A job asked for differently; what is null stays as it is.</summary>
public sealed record JobChange
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary>Fewest accelerators, 1 or more.</summary>
    public int? MinAccelerators { get; init; }

    /// <summary>Accelerators asked for, 1 or more.</summary>
    public int? RequestedAccelerators { get; init; }

    /// <summary>Most accelerators, at least the fewest.</summary>
    public int? MaxAccelerators { get; init; }

    /// <summary>Acceptable types; empty for any.</summary>
    public ImmutableArray<string>? Types { get; init; }

    /// <summary>The part of one accelerator that it wants instead of whole ones.</summary>
    public DeviceFraction? Fraction { get; init; }

    /// <summary>Priority.</summary>
    public int? Priority { get; init; }

    /// <summary>Who pays.</summary>
    public string? Tenant { get; init; }

    /// <summary>Whether it may run on several types at once.</summary>
    public bool? MayMixTypes { get; init; }

    /// <summary>Whether it may be preempted.</summary>
    public bool? IsPreemptible { get; init; }

    /// <summary>Whether it may spend what it needs; false leaves its budget as it is.</summary>
    public bool HasNoBudget { get; init; }

    /// <summary>The job so changed. Minimum, request and maximum are kept in order: what was not named gives way.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or two that are named contradict each other.</exception>
    public JobSnapshot Apply(JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(job);
        job = HasNoBudget ? job with { Budget = null } : job;
        Check(nameof(MinAccelerators), MinAccelerators);
        Check(nameof(RequestedAccelerators), RequestedAccelerators);
        Check(nameof(MaxAccelerators), MaxAccelerators);
        if (MinAccelerators > MaxAccelerators)
        {
            throw new ArgumentException($"MinAccelerators of job '{JobId}' is {MinAccelerators}; allowed 1 to MaxAccelerators, {MaxAccelerators}.");
        }

        if (Fraction is { } fraction)
        {
            return fraction.Problem() is { } problem
                ? throw new ArgumentException($"Job '{JobId}': {problem}")
                : job with
                {
                    Fraction = fraction, MinAccelerators = 1, RequestedAccelerators = 1, MaxAccelerators = 1, Types = Types ?? job.Types,
                    Priority = Priority ?? job.Priority, Tenant = Tenant ?? job.Tenant, IsPreemptible = IsPreemptible ?? job.IsPreemptible,
                };
        }

        var min = MinAccelerators ?? Math.Min(job.MinAccelerators, Math.Min(RequestedAccelerators ?? int.MaxValue, MaxAccelerators ?? int.MaxValue));
        var max = MaxAccelerators ?? Math.Max(job.MaxAccelerators, min);
        return job with
        {
            MinAccelerators = min,
            MaxAccelerators = max,
            RequestedAccelerators = RequestedAccelerators ?? Math.Clamp(job.RequestedAccelerators, min, max),
            Types = Types ?? job.Types,
            Priority = Priority ?? job.Priority,
            Tenant = Tenant ?? job.Tenant,
            MayMixTypes = MayMixTypes ?? job.MayMixTypes,
            IsPreemptible = IsPreemptible ?? job.IsPreemptible,
        };
    }

    private void Check(string name, int? value)
    {
        if (value is < 1 or > 1_000_000)
        {
            throw new ArgumentException($"{name} of job '{JobId}' is {value}; allowed 1 to 1000000.");
        }
    }
}
