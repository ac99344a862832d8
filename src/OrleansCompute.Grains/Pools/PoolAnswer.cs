using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Grains.Pools;

/// <summary>What the policy answered, with a sentence for each job and a forecast for those that wait. Made off the grain's turn.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Decisions">One per job; null where it was not looked at and keeps what it has.</param>
/// <param name="Reasons">One per job, in their order; null where the last one stands.</param>
/// <param name="Starts">When waiting jobs are expected to start, by id; who is missing, nobody knows of.</param>
/// <param name="Names">Tenants that a reason may name.</param>
internal sealed record PoolAnswer(
    PoolQuestion Question, IReadOnlyList<JobDecision?> Decisions, IReadOnlyList<string?> Reasons, IReadOnlyDictionary<string, DateTimeOffset?> Starts,
    IReadOnlySet<string> Names)
{
    // Playing the policy forward takes many decisions; in large pools only who asks for a job is told its forecast.
    private const int MaxForecastJobs = 64;
    private static readonly ForecastOptions Horizon = new() { HorizonSeconds = 86_400, MaxDecisions = 30 };

    public static PoolAnswer Ask(PoolQuestion question, TimeProvider clock, PoolMeter? meter = null)
    {
        var began = clock.GetTimestamp();
        var round = PoolRound.Ask(question.Policy, question.Cluster, question.Jobs, question.NowSeconds);
        meter?.Took(PoolMeter.Decision, clock.GetElapsedTime(began));
        return Whole(question, round, clock);
    }

    /// <summary>Asks about jobs that came or changed and a few others.</summary>
    public static PoolAnswer AskFew(PoolQuestion question, IReadOnlySet<string> changed, TimeProvider clock)
    {
        var indices = question.PlacesOf(changed).ToHashSet();
        var decisions = IncrementalRound.Decide(question.Policy, question.Cluster, question.Jobs, indices, question.NowSeconds);
        if (!decisions.Contains(null))
        {
            return Whole(question, new PoolRound(question.Policy, question.Cluster, question.Jobs, question.NowSeconds, decisions!), clock);
        }

        // What is free and who holds what is counted at the next whole round; the others' sentences of the last one stand until then.
        var reasons = new string?[decisions.Count];
        for (var job = 0; job < reasons.Length; job++)
        {
            if (decisions[job] is { } decision && (indices.Contains(job) || !decision.Allocation.Equals(question.Jobs[job].Allocation)))
            {
                reasons[job] = decision.Allocation.IsEmpty ? $"{decision.Reason}." : $"has {ExplanationText.Held(question.Cluster.Describe(decision.Allocation), decision.Batch)}: {decision.Reason}.";
            }
        }

        return new PoolAnswer(question, decisions, reasons, new Dictionary<string, DateTimeOffset?>(), question.Names);
    }

    /// <summary>An answer about all jobs that was made while some changed: for what there is now, within its limits.</summary>
    /// <param name="question">What there is now: the question that was answered, with what changed since.</param>
    /// <param name="whole">The answer.</param>
    /// <param name="changed">Jobs that came, went or changed since that question: nothing is decided about them.</param>
    public static PoolAnswer Late(PoolQuestion question, PoolAnswer whole, IReadOnlySet<string> changed)
    {
        var places = new Dictionary<string, int>(whole.Question.Jobs.Length, StringComparer.Ordinal);
        for (var job = 0; job < whole.Question.Jobs.Length; job++)
        {
            places.TryAdd(whole.Question.Jobs[job].Id, job);
        }

        var (decided, reasons) = (new JobDecision?[question.Jobs.Length], new string?[question.Jobs.Length]);
        for (var job = 0; job < decided.Length; job++)
        {
            var id = question.Jobs[job].Id;
            decided[job] = !changed.Contains(id) && places.TryGetValue(id, out var place) ? whole.Decisions[place] : null;
        }

        var decisions = LateRound.Reconcile(question.Cluster, question.Jobs, decided);
        for (var job = 0; job < decided.Length; job++)
        {
            reasons[job] = decisions[job] is null ? null : whole.Reasons[places[question.Jobs[job].Id]];
        }

        return new PoolAnswer(question, decisions, reasons, whole.Starts, whole.Names) { IsLate = true };
    }

    /// <summary>Whether it was about all jobs, and then set right for what had changed.</summary>
    public bool IsLate { get; private init; }

    /// <summary>Whether all jobs were looked at.</summary>
    public bool IsWhole { get; } = !Decisions.Contains(null);

    /// <summary>What people of a tenant may read.</summary>
    public TenantEyes EyesOf(string tenant) => new(tenant, Question.Cluster.Tenants, Names);

    private static PoolAnswer Whole(PoolQuestion question, PoolRound round, TimeProvider clock)
    {
        var text = new ExplanationText(clock, DateTimeOffset.UnixEpoch);
        var explanations = new JobExplainer(question.Lengths).ExplainAll(round);
        var waiting = explanations.Where(explanation => explanation.IsWaiting).Select(explanation => explanation.JobId)
            .ToHashSet(StringComparer.Ordinal);
        var starts = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        if (waiting.Count > 0 && question.Jobs.Length <= MaxForecastJobs)
        {
            var played = new PolicyForecast(question.Policy, question.Lengths, Horizon)
                .Play(question.Cluster, question.Jobs, question.NowSeconds, waiting, CancellationToken.None);
            foreach (var forecast in played.Where(forecast => waiting.Contains(forecast.JobId)))
            {
                starts[forecast.JobId] = PoolQuestion.ToTime(forecast.Start.LikelySeconds);
            }
        }

        return new PoolAnswer(question, round.Decisions, [.. explanations.Select(explanation => $"{text.Render(explanation)}.")], starts, question.Names);
    }
}
