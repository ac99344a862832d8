using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>Scheduling rounds: from a question to the policy's answer to changes.</content>
internal sealed partial class PoolGrain
{
    // What comes back after a round that changed much is given out in many small decisions: each looks at so many of those it is for.
    private const int MaxOwed = 64;

    private readonly ReasonBook _reasons = new(clock);

    // Of an accelerator for an hour, by tenant, as their plans say.
    private readonly Dictionary<string, double> _prices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> _starts = new(StringComparer.Ordinal);

    private readonly OwedJobs _owed = new();

    // Of a few jobs, or of all set right for what changed since they were asked about; and since when somebody waited for it.
    private (PoolAnswer Answer, long? AskedFor, bool IsBeside)? _answer;

    // The last that was answered, or the last about all; what changed since is in the book, and in what follows. Null where only a whole
    // round can be asked.
    private PoolQuestion? _last;
    private HashSet<string> _carried = new(StringComparer.Ordinal);

    // Counts the questions about all that others follow from, and changes of the nodes; of the latter, what the former know.
    private long _chain;
    private long _layout;
    private long _layoutOfLast;

    // Counts what a decision depends on; an answer to an older question is followed by another one.
    private long _version;
    private long _askedVersion;

    // Jobs wait whose tenants' limits the last question does not know.
    private bool _hasUnknown;

    // A question about a few is being answered. One at a time: two answers side by side could exceed a quota together.
    private bool _isAsking;

    // When the first change came that is not asked about yet; for the meter.
    private long? _changedAt;

    /// <summary>Nodes came, went or changed: all jobs are to be decided about now, and none by what nodes there were.</summary>
    private void KickRound()
    {
        _layout++;
        KickWhole();
    }

    /// <summary>All jobs are to be decided about now.</summary>
    private void KickWhole()
    {
        _isWholeDue = true;
        KickFew();
    }

    /// <summary>Some jobs came, went or changed: in a large pool they and a few others are decided about now, and all when it is time.</summary>
    private void KickFew()
    {
        _version++;
        _changedAt ??= clock.GetTimestamp();
        Wake();
    }

    private void Wake()
    {
        _round!.Change(TimeSpan.Zero, options.Value.RoundPeriod);
    }

    private bool IsPending => _version != _askedVersion;

    private bool CanAskFew() => _last is not null && _layoutOfLast == _layout && State.Jobs.Count > 0 && State.Jobs.Count >= options.Value.IncrementalJobs;

    private Task TryRoundAsync()
    {
        try
        {
            var answer = TakeAnswer();
            if (answer is { } ready)
            {
                // Not awaited: the next question needs what was decided, and not that it is stored.
                _ = SettleAsync(ApplyAsync(ready.Answer, ready.AskedFor, ready.IsBeside));
            }

            var isDue = _isWholeDue || (CanAskFew() ? IsTimeForWhole() : IsPending || answer is null);
            if (isDue && IsTimeToPrepare())
            {
                // Not awaited either: it stores, tells jobs and reads tenants, and what comes meanwhile is decided about.
                PrepareWhole();
            }

            if (!_isAsking && _answer is null)
            {
                AskNext();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return Task.CompletedTask;
    }

    // The root of what nobody awaits: whatever it was, for example the store's disk, waiting jobs get another round.
    private async Task SettleAsync(Task work)
    {
        try
        {
            await work;
            if (_isRoundIncomplete)
            {
                _isRoundIncomplete = false;
                _isWholeDue = true;
                _round!.Change(RetryAfter, options.Value.RoundPeriod);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void Fail(Exception exception)
    {
        LogRoundFailed(exception, Name);
        _isRoundIncomplete = false;
        _isWholeDue = true;
        _round!.Change(RetryAfter, options.Value.RoundPeriod);
    }

    private (PoolAnswer Answer, long? AskedFor, bool IsBeside)? TakeAnswer()
    {
        if (_answer is { } answer)
        {
            _answer = null;
            return answer;
        }

        if (_whole is { Answer: { } whole, IsOvertaken: false } round)
        {
            _whole = null;
            return (whole, round.AskedFor, false);
        }

        return null;
    }

    private void AskNext()
    {
        var isPending = IsPending && CanAskFew();

        // What came just before an answer about all has a claim on what is free now; but a stream of events must not hold that answer up.
        if (_whole is { Answer: { } late, HasWaited: var hasWaited } whole && (hasWaited || !isPending))
        {
            // Its own changes only; what came since is still to be asked about.
            Ask(Late(whole, late), whole.AskedFor);
        }
        else if (isPending)
        {
            if (_whole is { Answer: not null })
            {
                _whole.HasWaited = true;
            }

            var changedAt = _changedAt;
            (_askedVersion, _changedAt) = (_version, null);
            Ask(Few(_last!), changedAt);
        }
    }

    /// <summary>A question about what changed since the last one.</summary>
    private Func<PoolAnswer> Few(PoolQuestion last)
    {
        var began = clock.GetTimestamp();
        var (touched, now) = (TakeTouched(), clock.GetUtcNow());
        touched.UnionWith(_carried);
        _carried.Clear();
        var present = Present(touched, last.Cluster.Tenants);

        // Those that wait; of the others only what they hold is news.
        var changed = touched.Where(id => Book.OfJob(id).Count == 0).ToHashSet(StringComparer.Ordinal);
        changed.UnionWith(_owed.Next(MaxOwed, id => Book.OfJob(id).Count == 0 && !changed.Contains(id)));
        _meter.Took(PoolMeter.Copy, clock.GetElapsedTime(began));
        return () => PoolAnswer.AskFew(last.Next(touched, present, now, changed), changed, clock);
    }

    /// <summary>What changed since the last call; a whole round that is under way hears of it.</summary>
    private HashSet<string> TakeTouched()
    {
        var touched = Book.TakeTouched();
        _whole?.Since.UnionWith(touched);
        return touched;
    }

    private List<JobNow> Present(HashSet<string> ids, TenantTree tenants)
    {
        var present = new List<JobNow>();
        foreach (var id in ids)
        {
            if (Book.Find(id) is not { } job)
            {
                continue;
            }

            if (IsKnown(tenants, job))
            {
                present.Add(new JobNow(
                    job.Copy(), [.. Book.OfJob(id).Where(lease => !_yielding.ContainsKey(lease.Id))], _profiles.GetValueOrDefault(id)?.Freeze()));
            }
            else
            {
                // Its limits, and those of the tenants above it, are not known yet: it is for the next question about all.
                (_isWholeDue, _hasUnknown) = (true, true);
                Book.Touch(id);
            }
        }

        return present;
    }

    private void Ask(Func<PoolAnswer> ask, long? askedFor)
    {
        _isAsking = true;
        if (_whole is not null)
        {
            _whole.IsOvertaken = true;
        }

        _ = DecideAsync(ask, askedFor);
    }

    // Not awaited by the round: submissions, heartbeats and returns are answered while the policy thinks.
    private async Task DecideAsync(Func<PoolAnswer> ask, long? askedFor)
    {
        var (chain, began, isBeside) = (_chain, clock.GetTimestamp(), IsThinkingOfAll);
        try
        {
            var answer = await Task.Run(() =>
            {
                _meter.Took(PoolMeter.FewBegins, clock.GetElapsedTime(began));
                var result = ask();
                if (!result.IsLate)
                {
                    _meter.Took(PoolMeter.FewEnds, clock.GetElapsedTime(began));
                }

                return result;
            });
            var took = clock.GetElapsedTime(began);
            _answer = (answer, askedFor, isBeside);
            _last = chain == _chain ? answer.Question : _last;
            _meter.Took(answer.IsLate ? PoolMeter.Late : PoolMeter.Few, took);
            if (isBeside && !answer.IsLate)
            {
                _meter.Took(PoolMeter.FewBeside, took);
            }
        }
        catch (Exception exception)
        {
            // A policy that fails must not stop the pool: leases stay as they are, and a round about all is asked.
            LogRoundFailed(exception, Name);
            _last = chain == _chain ? null : _last;
        }
        finally
        {
            _isAsking = false;
        }

        Wake();
    }

    private async Task ApplyAsync(PoolAnswer answer, long? askedFor, bool isBeside)
    {
        var began = clock.GetTimestamp();
        var (question, decisions) = (answer.Question, answer.Decisions);
        for (var i = 0; i < decisions.Count; i++)
        {
            if (decisions[i] is { } decision && Book.Find(question.Jobs[i].Id) is { } job)
            {
                job.Memo = decision.Memo;
                if (answer.Reasons[i] is { } reason)
                {
                    _reasons[question.Jobs[i].Id] = reason;
                    _starts[question.Jobs[i].Id] = answer.Starts.GetValueOrDefault(question.Jobs[i].Id);
                }
            }
        }

        var changes = LeasePlan.Make(State, Book, question, decisions, _yielding.Keys.ToHashSet(), clock.GetUtcNow(), _owed);
        _meter.Took(PoolMeter.Plan, clock.GetElapsedTime(began));
        if (askedFor is { } changed)
        {
            _meter.Took(PoolMeter.Latency, clock.GetElapsedTime(changed));
            if (isBeside)
            {
                _meter.Took(PoolMeter.LatencyBeside, clock.GetElapsedTime(changed));
            }
        }

        Advise(changes);

        // Both begin before anything else is asked: what is given and what is asked back is known to the next question.
        var giving = GiveAsync(changes);
        var asking = Task.WhenAll(changes.Where(change => !change.Yields.IsEmpty).Select(change =>

            // The job tells its own people, who may not know what others are called.
            AskBackAsync(change.Job.Request, change.Yields, answer.EyesOf(change.Job.Request.Tenant).Cover(change.Reason))).ToList());
        try
        {
            await giving;
        }
        finally
        {
            await asking;
        }
    }

    /// <summary>Counts what a job used since the last time.</summary>
    private void CountUse(PooledJob? job)
    {
        if (job is not null)
        {
            var now = clock.GetUtcNow();
            State.Memory.Use(job.Request.Tenant, Count(job, Book.OfJob(PoolQuestion.IdOf(job.Request)), now), PoolQuestion.ToSeconds(now));
        }
    }

    private double Count(PooledJob job, IReadOnlyList<Lease> held, DateTimeOffset now)
    {
        var (amount, power) = (0.0, 0.0);
        foreach (var lease in held)
        {
            amount += lease.ComputeShareFraction;
            power += lease.ComputeShareFraction * Math.Max(1e-3, lease.ScoreGflops);
        }

        var use = power * Math.Max(0, (now - job.CountedAt).TotalSeconds);
        job.Count(now, amount, PriceOf(job));
        return use;
    }

    // Nodes have one price and tenants each have theirs: budgets are counted by the latter, looked ahead by the least.
    private double LeastPrice() => _prices.Count == 0 ? 0 : _prices.Values.Min();

    private double PriceOf(PooledJob job) => _prices.GetValueOrDefault(job.Request.Tenant);

    private void Forget(string id)
    {
        _reasons.Remove(id);
        _starts.Remove(id);
        _profiles.Remove(id);
        _renewed.Remove(id);
        _owed.Remove(id);
    }
}
