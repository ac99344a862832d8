using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Explanations;

/// <summary>Asks the policy about one waiting job, changed one way after another, as often as is allowed; says only what it was told.</summary>
internal sealed class StartQuestions(RoundFacts facts, JobExplanation explanation, int maxQuestions, CancellationToken cancellationToken)
{
    private const int MaxNamed = 3;
    private readonly PoolRound _round = facts.Round;
    private int _asked;

    /// <summary>Changes with which the job starts: the largest smaller number, other types, a mix, a part, more of a quota, more money.</summary>
    public ImmutableArray<StartOption> Ask(int index)
    {
        var job = _round.Jobs[index];
        var options = ImmutableArray.CreateBuilder<StartOption>();
        Add(options, Smaller(job));
        Add(options, OtherType(job));
        if (!job.MayMixTypes && job.Fraction is null && explanation.AcceptedTypes.Length > 1)
        {
            Add(options, Try(new JobChange { JobId = job.Id, MayMixTypes = true }, "mixed types"));
        }

        Add(options, Part(job));
        Add(options, Quota(job));
        if (explanation.Limits.Any(limit => limit.Kind == LimitKind.Budget))
        {
            Add(options, Try(new JobChange { JobId = job.Id, HasNoBudget = true }, "a budget that is large enough"));
        }

        return options.ToImmutable();
    }

    /// <summary>Whether it is others' precedence that keeps the job waiting: asked with the highest priority of all, and with no others waiting.</summary>
    public IEnumerable<BindingLimit> Order(int index, ImmutableArray<BindingLimit> limits)
    {
        var job = _round.Jobs[index];
        if (limits.Any(limit => limit.Kind is LimitKind.TypeNotAccepted or LimitKind.NeverFits or LimitKind.Draining or LimitKind.Budget))
        {
            yield break;
        }

        var highest = _round.Jobs.Max(other => other.Priority);
        if (highest < int.MaxValue && Try(new JobChange { JobId = job.Id, Priority = highest + 1 }, "priority") is not null)
        {
            yield return new BindingLimit(LimitKind.Priority, highest + 1, job.Priority, highest);
        }

        var ahead = Enumerable.Range(0, _round.Jobs.Length).Where(other => other != index && _round.Decisions[other].Allocation.IsEmpty
            && _round.Jobs[other].Allocation.IsEmpty).ToList();
        if (ahead.Count is > 0 and <= PoolChange.MaxEntries
            && TryRound(new PoolChange { Withdrawn = [.. ahead.Select(other => _round.Jobs[other].Id)] }) is { } without
            && !without.Decisions[without.IndexOf(job.Id)].Allocation.IsEmpty)
        {
            var first = ahead.OrderByDescending(other => _round.Jobs[other].Priority).ThenBy(other => _round.Jobs[other].SubmitSeconds).First();
            yield return new BindingLimit(LimitKind.Order, explanation.Needed, ahead.Count, 0, null, _round.Jobs[first].Tenant, _round.Jobs[first].Id);
        }
    }

    // What is free on one node or of one type first, as most likely; then halves, for policies that take turns.
    private StartOption? Smaller(JobSnapshot job)
    {
        var needed = explanation.Needed;
        if (needed <= 1)
        {
            return null;
        }

        var accepted = explanation.Supply.Where(type => type.IsAccepted).ToList();
        var tries = accepted.SelectMany(type => new[] { type.Free, type.LargestFree }).Append(accepted.Sum(type => type.Free)).Append(needed - 1).ToList();
        for (var half = needed / 2; half > 0; half /= 2)
        {
            tries.Add(half);
        }

        foreach (var count in tries.Where(count => count >= 1 && count < needed).Distinct().OrderDescending())
        {
            if (Try(Fewer(job, count), IsMinimum(job) ? $"min {count}" : $"{count} requested") is { } option)
            {
                return option;
            }
        }

        return null;
    }

    // An elastic job needs a smaller minimum only; one that asks for just so many asks for just so many fewer.
    private JobChange Fewer(JobSnapshot job, int count) => IsMinimum(job)
        ? new JobChange { JobId = job.Id, MinAccelerators = count }
        : new JobChange
        {
            JobId = job.Id, MinAccelerators = Math.Min(count, job.MinAccelerators), RequestedAccelerators = count,
            MaxAccelerators = job.MaxAccelerators == job.RequestedAccelerators ? count : null,
        };

    private bool IsMinimum(JobSnapshot job) => _round.Policy.IsElastic
        && !(job.MinAccelerators == job.RequestedAccelerators && job.MaxAccelerators == job.RequestedAccelerators);

    private StartOption? OtherType(JobSnapshot job)
    {
        if (job.Types.IsDefaultOrEmpty || explanation.Supply.All(type => type.IsAccepted))
        {
            return null;
        }

        foreach (var type in explanation.Supply.Where(type => !type.IsAccepted && type.Ready > 0).OrderByDescending(type => type.Free).Take(3))
        {
            if (Try(new JobChange { JobId = job.Id, Types = job.Types.Add(type.Type) }, $"type {type.Type} accepted as well") is { } option)
            {
                return option;
            }
        }

        return null;
    }

    private StartOption? Part(JobSnapshot job)
    {
        var largest = job.Fraction is { } asked
            ? explanation.Supply.Where(type => type.IsAccepted).Select(type => facts.LargestPart[_round.Cluster.Types.IndexOf(type.Type)]).DefaultIfEmpty(0).Max() is var part
                && part < asked.ComputeShare ? part : 0
            : explanation.Needed == 1
                ? explanation.Supply.Where(type => type.IsAccepted).Select(type => facts.LargestPart[_round.Cluster.Types.IndexOf(type.Type)]).DefaultIfEmpty(0).Max()
                : 0;
        largest = Math.Floor((largest + 1e-9) * 100) / 100;
        return largest is > 0 and < 1
            ? Try(
                new JobChange { JobId = job.Id, Fraction = new DeviceFraction(largest, job.Fraction?.MemoryBytes ?? 0) },
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{largest:0.##} of an accelerator"))
            : null;
    }

    private StartOption? Quota(JobSnapshot job)
    {
        var blocking = explanation.Limits.Where(limit => limit.Kind is LimitKind.Quota or LimitKind.Borrowing).ToList();
        if (blocking.Count == 0)
        {
            return null;
        }

        var changes = blocking.Select(limit => (limit, Most: (int)Math.Ceiling(limit.Used + limit.Needed - 1e-9))).Select(one => new QuotaChange
        {
            Tenant = one.limit.Tenant!,
            Type = one.limit.Type,
            MaxOfType = one.limit is { Kind: LimitKind.Quota, Type: not null } ? one.Most : null,
            MaxAccelerators = one.limit is { Kind: LimitKind.Quota, Type: null } ? one.Most : null,
            BorrowingLimit = one.limit.Kind == LimitKind.Borrowing ? one.Most : null,
        }).ToImmutableArray();
        var text = string.Join(", ", changes.Select(change => change.BorrowingLimit is { } borrow
            ? $"tenant {change.Tenant} allowed to borrow {borrow}"
            : $"a quota of {change.MaxOfType ?? change.MaxAccelerators}{(change.Type is null ? "" : $" × {change.Type}")} for tenant {change.Tenant}"));
        return Try(new PoolChange { Quotas = changes }, job.Id, text);
    }

    private StartOption? Try(JobChange change, string text) => Try(PoolChange.Of(change), change.JobId, text);

    private StartOption? Try(PoolChange change, string jobId, string text)
    {
        if (TryRound(change) is not { } round)
        {
            return null;
        }

        var decision = round.Decisions[round.IndexOf(jobId)];
        return decision.Allocation.IsEmpty ? null
            : new StartOption(change, decision.Allocation, round.Cluster.Describe(decision.Allocation), text + Displaced(round)) { Batch = decision.Batch };
    }

    // Who pays for it: a start that takes from others is another thing than one on what is free.
    private string Displaced(PoolRound round)
    {
        var stopped = Losers(after => after == 0);
        var shrunk = Losers(after => after > 0);
        return stopped.Count + shrunk.Count == 0 ? "" : $" ({string.Join(" and ", new[] { Say("stops", stopped), Say("shrinks", shrunk) }.OfType<string>())})";

        List<string> Losers(Func<double, bool> keeps) =>
        [
            .. Enumerable.Range(0, _round.Jobs.Length).Where(job => round.IndexOf(_round.Jobs[job].Id) is >= 0 and var then
                && round.Decisions[then].Allocation.Amount < _round.Decisions[job].Allocation.Amount - 1e-9 && keeps(round.Decisions[then].Allocation.Amount))
                .Select(job => _round.Jobs[job].Id),
        ];

        static string? Say(string verb, List<string> jobs) => jobs.Count == 0 ? null
            : $"{verb} {string.Join(", ", jobs.Take(MaxNamed))}{(jobs.Count > MaxNamed ? $" and {jobs.Count - MaxNamed} more" : "")}";
    }

    private PoolRound? TryRound(PoolChange change)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ++_asked > maxQuestions ? null : _round.With(change);
    }

    private static void Add(ImmutableArray<StartOption>.Builder options, StartOption? option)
    {
        if (option is not null)
        {
            options.Add(option);
        }
    }
}
