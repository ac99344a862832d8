using System.Globalization;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Stops jobs whose money is used up (<see cref="JobSnapshot.Budget"/>, which the caller keeps up to date, at 0 or below), and starts none
/// whose money would not last for its start and <see cref="LeastSeconds"/> on the cheapest accelerators that it accepts. The others are
/// the inner policy's business. Stateless; as pure as the policy within.
/// </summary>
/// <param name="inner">Decides about everything else.</param>
/// <param name="leastSeconds">See <see cref="LeastSeconds"/>; 0 to 86,400.</param>
public sealed class BudgetPolicy(ISchedulingPolicy inner, double leastSeconds = BudgetPolicy.DefaultLeastSeconds) : ISchedulingPolicy, IPolicyDecorator
{
    /// <summary>Two rounds of a minute: less would only restart.</summary>
    public const double DefaultLeastSeconds = 120;

    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <summary>Seconds of work that a job's money must last for where it starts. Default <see cref="DefaultLeastSeconds"/>.</summary>
    public double LeastSeconds { get; } = leastSeconds is >= 0 and <= 86_400
        ? leastSeconds
        : throw new ArgumentOutOfRangeException(nameof(leastSeconds), leastSeconds, "Allowed 0 to 86400.");

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    ISchedulingPolicy IPolicyDecorator.Inner => _inner;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        if (!jobs.Any(job => job.Budget is not null))
        {
            return _inner.Decide(cluster, jobs, nowSeconds);
        }

        var round = new CarvedRound(cluster, jobs);
        for (var job = 0; job < jobs.Count; job++)
        {
            if (jobs[job].Budget is { } budget && Why(cluster, jobs[job], budget) is { } reason)
            {
                round.Pin(job, new JobDecision(Allocation.None, reason, jobs[job].Memo));
            }
        }

        return round.Decide(_inner, nowSeconds);
    }

    private string? Why(ClusterSnapshot cluster, JobSnapshot job, double budget)
    {
        if (budget <= 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{(job.Allocation.IsEmpty ? "waits" : "stopped")}: its money is used up ({budget:0.00} left); raise its budget");
        }

        return !job.Allocation.IsEmpty || TooLittle(cluster, job, budget) is not { } little ? null : $"waits: {little.Text}; raise its budget";
    }

    /// <summary>The one in a policy; null where it keeps no budgets.</summary>
    internal static BudgetPolicy? Within(ISchedulingPolicy policy)
    {
        while (policy is IPolicyDecorator outer and not BudgetPolicy)
        {
            policy = outer.Inner;
        }

        return policy as BudgetPolicy;
    }

    /// <summary>What a job that waits must have at least to start, and the same in words; null where it has that.</summary>
    internal (double Cost, string Text)? TooLittle(ClusterSnapshot cluster, JobSnapshot job, double budget)
    {
        var needed = job.Fraction?.ComputeShare ?? (IsElastic ? job.MinAccelerators : job.RequestedAccelerators);
        var cheapest = job.PricePerAcceleratorHour ?? cluster.Nodes.Where(node => node.TakesWork && job.Accepts(node.AcceleratorType))
            .Select(node => node.PricePerAcceleratorHour).DefaultIfEmpty(0).Min();
        var cost = cheapest * needed * (job.RestartSeconds + LeastSeconds) / 3_600;
        return budget >= cost ? null : (cost, string.Create(
            CultureInfo.InvariantCulture,
            $"its budget of {Money(budget)} would not pay for its start and {LeastSeconds:0} s of work on {needed:0.##} accelerator{(needed == 1 ? "" : "s")}, {Money(cost)} at least"));
    }

    // Short jobs cost less than a hundredth.
    private static string Money(double sum) => sum.ToString(sum < 0.1 ? "0.00##" : "0.00", CultureInfo.InvariantCulture);
}
