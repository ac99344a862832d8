using System.Collections.Immutable;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>
/// Asks the same policy about the pool with changes: more or fewer nodes, a node drained, jobs asked for differently, withdrawn or
/// submitted, other quotas. Nothing is changed by asking. Pure; two decisions, and with forecasts twice what
/// <see cref="PolicyForecast"/> costs.
/// </summary>
/// <param name="lengths">How long jobs take.</param>
/// <param name="forecast">How far starts are looked for; null for not at all.</param>
public sealed class WhatIf(JobLengths lengths, ForecastOptions? forecast = null)
{
    private const int MaxNamed = 4;
    private readonly JobLengths _lengths = lengths ?? throw new ArgumentNullException(nameof(lengths));

    /// <summary>Answers.</summary>
    /// <param name="round">The pool as it is, and its policy.</param>
    /// <param name="change">What would be different.</param>
    /// <param name="cancellationToken">Stops between decisions.</param>
    /// <exception cref="ArgumentException">The change names what is not there, is too large, or is impossible.</exception>
    public WhatIfAnswer Ask(PoolRound round, PoolChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(change);
        var after = round.With(change);
        var (startBefore, startAfter) = (Starts(round, cancellationToken), Starts(after, cancellationToken));
        var lists = new Dictionary<string, List<JobDifference>>(StringComparer.Ordinal);
        var unchanged = 0;
        foreach (var id in round.Jobs.Select(job => job.Id).Union(after.Jobs.Select(job => job.Id), StringComparer.Ordinal))
        {
            var difference = Difference(round, after, id, startBefore, startAfter);
            if (Kind(difference, after.IndexOf(id) >= 0, round.IndexOf(id) >= 0) is { } kind)
            {
                (lists.TryGetValue(kind, out var list) ? list : lists[kind] = []).Add(difference);
            }
            else
            {
                unchanged++;
            }
        }

        return new WhatIfAnswer
        {
            Starts = List(nameof(WhatIfAnswer.Starts)),
            Stops = List(nameof(WhatIfAnswer.Stops)),
            Grows = List(nameof(WhatIfAnswer.Grows)),
            Shrinks = List(nameof(WhatIfAnswer.Shrinks)),
            Moves = List(nameof(WhatIfAnswer.Moves)),
            Waits = List(nameof(WhatIfAnswer.Waits)),
            Unchanged = unchanged,
            HeldBefore = round.Decisions.Sum(decision => decision.Allocation.Amount),
            HeldAfter = after.Decisions.Sum(decision => decision.Allocation.Amount),
            CostPerHourBefore = round.Decisions.Sum(decision => ClusterCost.PerHour(round.Cluster, decision.Allocation)),
            CostPerHourAfter = after.Decisions.Sum(decision => ClusterCost.PerHour(after.Cluster, decision.Allocation)),
            WattsBefore = round.Decisions.Sum(decision => ClusterCost.Watts(round.Cluster, decision.Allocation)),
            WattsAfter = after.Decisions.Sum(decision => ClusterCost.Watts(after.Cluster, decision.Allocation)),
        };

        ImmutableArray<JobDifference> List(string kind) => lists.TryGetValue(kind, out var list) ? [.. list] : [];
    }

    private static JobDifference Difference(
        PoolRound before, PoolRound after, string id, Dictionary<string, SecondsForecast> startBefore,
        Dictionary<string, SecondsForecast> startAfter)
    {
        var (i, j) = (before.IndexOf(id), after.IndexOf(id));
        var (from, to) = (i < 0 ? Allocation.None : before.Decisions[i].Allocation, j < 0 ? Allocation.None : after.Decisions[j].Allocation);
        return new JobDifference(
            id, j < 0 ? before.Jobs[i].Tenant : after.Jobs[j].Tenant, from, to, before.Cluster.Describe(from), after.Cluster.Describe(to) + Instead(),
            startBefore.TryGetValue(id, out var early) ? early : null, startAfter.TryGetValue(id, out var late) ? late : null,
            j < 0 ? "withdrawn" : Runs(j) + after.Decisions[j].Reason)
        {
            BatchBefore = i < 0 ? null : before.Decisions[i].Batch,
            BatchAfter = j < 0 ? null : after.Decisions[j].Batch,
        };

        // Both decisions are about to be taken: what runs at this moment may be in neither, or in one.
        string Runs(int job) => from.IsEmpty && !to.IsEmpty && !after.Jobs[job].Allocation.IsEmpty
            ? $"it runs now, with {after.Cluster.Describe(after.Jobs[job].Allocation)}, and would stop without the change; " : "";

        string Instead()
        {
            var left = NamesOf(before.Cluster, from).Except(NamesOf(after.Cluster, to), StringComparer.Ordinal).ToList();
            var taken = NamesOf(after.Cluster, to).Except(NamesOf(before.Cluster, from), StringComparer.Ordinal).ToList();
            return from.IsEmpty || to.IsEmpty || to.Device is not null || left.Count == 0 || taken.Count == 0 ? "" : $" ({Some(taken)} instead of {Some(left)})";
        }

        static IEnumerable<string> NamesOf(ClusterSnapshot cluster, Allocation allocation) => allocation.Shares.Select(share => cluster.Nodes[share.Node].Name);

        static string Some(List<string> names) => string.Join(", ", names.Take(MaxNamed)) + (names.Count > MaxNamed ? $" and {names.Count - MaxNamed} more" : "");
    }

    private static string? Kind(JobDifference job, bool isThereAfter, bool wasThere) => (job.Before.IsEmpty, job.After.IsEmpty) switch
    {
        (true, false) => nameof(WhatIfAnswer.Starts),
        (false, true) => nameof(WhatIfAnswer.Stops),
        (true, true) => !isThereAfter || !wasThere || !Equals(job.StartBefore, job.StartAfter) ? isThereAfter ? nameof(WhatIfAnswer.Waits) : nameof(WhatIfAnswer.Stops) : null,
        _ => job.After.Amount > job.Before.Amount ? nameof(WhatIfAnswer.Grows)
            : job.After.Amount < job.Before.Amount ? nameof(WhatIfAnswer.Shrinks)
            : job.After.Equals(job.Before) ? null : nameof(WhatIfAnswer.Moves),
    };

    private Dictionary<string, SecondsForecast> Starts(PoolRound round, CancellationToken cancellationToken)
    {
        if (forecast is null)
        {
            return new Dictionary<string, SecondsForecast>(StringComparer.Ordinal);
        }

        var waiting = Enumerable.Range(0, round.Jobs.Length).Where(job => round.Decisions[job].Allocation.IsEmpty)
            .Select(job => round.Jobs[job].Id).ToHashSet(StringComparer.Ordinal);
        var played = new PolicyForecast(round.Policy, _lengths, forecast)
            .Play(round.Cluster, round.Jobs, round.NowSeconds, waiting, cancellationToken);
        return played.ToDictionary(job => job.JobId, job => job.Start, StringComparer.Ordinal);
    }
}
