using System.Collections.Immutable;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;

namespace OrleansCompute.Grains.Pools;

/// <summary>What the policy answered, with a sentence for each job and a forecast for those that wait. Made off the grain's turn.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Round">With the decisions.</param>
/// <param name="Reasons">One per job, in their order.</param>
/// <param name="Starts">When waiting jobs are expected to start, by id; who is missing, nobody knows of.</param>
internal sealed record PoolAnswer(
    PoolQuestion Question, PoolRound Round, ImmutableArray<string> Reasons, IReadOnlyDictionary<string, DateTimeOffset?> Starts)
{
    // Playing the policy forward takes many decisions; in large pools only who asks for a job is told its forecast.
    private const int MaxForecastJobs = 64;
    private static readonly ForecastOptions Horizon = new() { HorizonSeconds = 86_400, MaxDecisions = 30 };

    public static PoolAnswer Ask(PoolQuestion question, TimeProvider clock)
    {
        var round = PoolRound.Ask(question.Policy, question.Cluster, question.Jobs, question.NowSeconds);
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

        return new PoolAnswer(question, round, [.. explanations.Select(explanation => $"{text.Render(explanation)}.")], starts);
    }
}
