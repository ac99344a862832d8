using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Reservations;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>
/// Says of a job why it waits, in numbers: what it needs, what is free, who holds the rest and until when, which limits it meets, what
/// would let it start now, and when it will start otherwise. What is counted is counted from the round; what would let it start is
/// asked of the same policy, with the job so changed, and only said where the policy then starts it. Pure; as costly as the policy's
/// decisions that the options allow for one job, one pass over the round for all jobs.
/// </summary>
public sealed class JobExplainer
{
    private readonly JobLengths _lengths;
    private readonly ExplanationOptions _options;

    /// <summary>Makes an explainer.</summary>
    /// <param name="lengths">How long jobs take.</param>
    /// <param name="options">How much is said; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public JobExplainer(JobLengths lengths, ExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        _lengths = lengths;
        _options = options ?? new ExplanationOptions();
        _options.Validate();
    }

    /// <summary>Explains every job of a round by what can be counted; the policy is not asked, so nothing is said of what would let one start, or when.</summary>
    /// <returns>One per job, in their order.</returns>
    public ImmutableArray<JobExplanation> ExplainAll(PoolRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var (facts, limits) = Facts(round);
        return [.. Enumerable.Range(0, round.Jobs.Length).Select(job => Count(facts, limits, job))];
    }

    /// <summary>Explains one job, asking the policy what would let it start, and playing it forward to when it does.</summary>
    /// <exception cref="ArgumentException">The round has no such job.</exception>
    public JobExplanation Explain(PoolRound round, string jobId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(round);
        var job = round.IndexOf(jobId);
        if (job < 0)
        {
            throw new ArgumentException($"jobId is '{jobId}'; the round has no job of this name.", nameof(jobId));
        }

        var (facts, limits) = Facts(round);
        var explanation = Count(facts, limits, job);
        if (explanation.IsWaiting)
        {
            var questions = new StartQuestions(facts, explanation, _options.MaxQuestions, cancellationToken);
            var options = questions.Ask(job);
            explanation = explanation with { WouldStart = options, Limits = explanation.Limits.AddRange(questions.Order(job, explanation.Limits)) };
        }

        if (_options.Forecast is { } forecast)
        {
            var played = new PolicyForecast(round.Policy, _lengths, forecast)
                .Play(round.Cluster, round.Jobs, round.NowSeconds, ImmutableHashSet.Create(StringComparer.Ordinal, jobId), cancellationToken)[job];
            explanation = explanation with { Start = played.Start, End = played.End };
        }

        return explanation;
    }

    private (RoundFacts Facts, JobLimits Limits) Facts(PoolRound round)
    {
        var facts = new RoundFacts(round, _lengths, _options.MaxHolders);
        var plan = _options.Reservations is { } reservations
            ? ReservationPlan.Make(round.Cluster, round.Jobs, round.NowSeconds, round.Policy.IsElastic, reservations, _lengths)
            : null;
        return (facts, new JobLimits(facts, plan));
    }

    private static JobExplanation Count(RoundFacts facts, JobLimits limits, int index)
    {
        var (round, job, decision) = (facts.Round, facts.Round.Jobs[index], facts.Round.Decisions[index]);
        var supply = facts.SupplyFor(job);
        return new JobExplanation
        {
            JobId = job.Id,
            Tenant = job.Tenant,
            NowSeconds = round.NowSeconds,
            Needed = limits.Needed(job),
            Fraction = job.Fraction,
            AcceptedTypes = [.. round.Cluster.Types.Where(job.Accepts)],
            Allocation = decision.Allocation,
            Placement = round.Cluster.Describe(decision.Allocation),
            Batch = decision.Batch,
            PolicyReason = decision.Reason,
            Supply = supply,
            Limits = decision.Allocation.IsEmpty ? limits.Of(index, supply) : [],
        };
    }
}
