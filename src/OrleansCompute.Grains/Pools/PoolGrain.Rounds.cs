using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>Scheduling rounds: from a question to the policy's answer to changes.</content>
internal sealed partial class PoolGrain
{
    // What comes back after a round that changed much is given out in many small decisions: each looks at so many of those it is for.
    private const int MaxOwed = 64;

    // Times that tenants are read again for jobs that came meanwhile; those that come then are in the next question.
    private const int MaxTenantReads = 4;
    private readonly ReasonBook _reasons = new(clock);

    // Of an accelerator for an hour, by tenant, as their plans say.
    private readonly Dictionary<string, double> _prices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> _starts = new(StringComparer.Ordinal);

    private readonly OwedJobs _owed = new();
    private PoolAnswer? _answer;

    // The last that was answered; what changed since is in the book. Null where only a whole round can be asked.
    private PoolQuestion? _last;
    private long? _wholeAskedAt;

    // Counts what a decision depends on; an answer to an older question is followed by another one.
    private long _version;
    private long _askedVersion;
    private bool _isAsking;

    // When the first change came that is not asked about yet, and the first of those in the question that is; for the meter.
    private long? _changedAt;
    private long? _askedFor;

    // Something changed that concerns all jobs, or it is time.
    private bool _isWholeDue = true;

    /// <summary>All jobs are to be decided about now.</summary>
    private void KickRound()
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

    private bool IsWholeDue() => _isWholeDue || _last is null || State.Jobs.Count < options.Value.IncrementalJobs
        || _wholeAskedAt is not { } asked || clock.GetElapsedTime(asked) >= options.Value.RoundPeriod;

    private async Task TryRoundAsync()
    {
        _isRoundIncomplete = false;
        try
        {
            if (IsWholeDue())
            {
                // Also what running jobs have used since long ago.
                await _journal.FlushAsync();
                _isUnsaved = false;
                await TellJobsAsync();
                await ExpireAsync();
            }

            if (_answer is { } answer)
            {
                _answer = null;
                await ApplyAsync(answer);
                if (_askedVersion != _version || _isWholeDue)
                {
                    await AskAsync();
                }
            }
            else if (!_isAsking && (_askedVersion != _version || IsWholeDue()))
            {
                await AskAsync();
            }
        }
        catch (Exception exception)
        {
            // The root of the timer: whatever it was, for example the store's disk, waiting jobs get another round.
            LogRoundFailed(exception, Name);
            _isRoundIncomplete = true;
        }

        if (_isRoundIncomplete)
        {
            _isWholeDue = true;
            _round!.Change(RetryAfter, options.Value.RoundPeriod);
        }
    }

    private async Task AskAsync()
    {
        if (State.Jobs.Count == 0)
        {
            (_last, _isWholeDue) = (null, false);
            Book.TakeTouched();
            _owed.Clear();

            // Nothing is left to be decided about what changed.
            (_askedVersion, _changedAt) = (_version, null);
            return;
        }

        if (_isAsking)
        {
            return;
        }

        if (!IsWholeDue() && _last is { } last && FewOrNone(last) is { } few)
        {
            Ask(few);
            return;
        }

        await RecountAsync();
        var tenants = await TenantsAsync();
        if (!_isAsking)
        {
            CountAll();

            // Before it counts as asked: a question that cannot be put is put again in the next round.
            var ask = Question(tenants, question => PoolAnswer.Ask(question, clock, _meter));
            var isAnyLeftOut = State.Jobs.Exists(job => !IsKnown(tenants, job));
            (_isWholeDue, _wholeAskedAt) = (false, clock.GetTimestamp());
            Book.TakeTouched();
            Ask(ask);
            if (isAnyLeftOut)
            {
                KickRound();
            }
        }
    }

    /// <summary>A question about all as it is now, put together off the grain's turn: ten thousand jobs take a tenth of a second.</summary>
    private Func<T> Question<T>(TenantTree tenants, Func<PoolQuestion, T> ask, PooledJob? also = null)
    {
        var began = clock.GetTimestamp();
        var (state, yielding, price, now) = (State.Copy(), _yielding.Keys.ToHashSet(), LeastPrice(), clock.GetUtcNow());

        // They came while tenants were read, and hold nothing: without their tenants' limits they would have none.
        state.Jobs.RemoveAll(job => !IsKnown(tenants, job));
        var profiles = _profiles.ToDictionary(profile => profile.Key, profile => profile.Value.Freeze(), StringComparer.Ordinal);
        if (also is not null)
        {
            state.Jobs.Add(also);
        }

        _meter.Took(PoolMeter.Copy, clock.GetElapsedTime(began));
        return () =>
        {
            var start = clock.GetTimestamp();
            var question = new PoolQuestion(
                state, tenants, profiles, yielding, PoolPolicies.Create(options.Value, state.Memory.ToLengths()), options.Value, now, price, isAtBest: also is not null);
            _meter.Took(PoolMeter.Question, clock.GetElapsedTime(start));
            return ask(question);
        };
    }

    /// <summary>A question about what changed since the last one; null where it has to be about all.</summary>
    private Func<PoolAnswer>? FewOrNone(PoolQuestion last)
    {
        // Where this fails, what was touched is lost, and all are asked about.
        _isWholeDue = true;
        var began = clock.GetTimestamp();
        var (touched, present, now) = (Book.TakeTouched(), new List<JobNow>(), clock.GetUtcNow());
        foreach (var id in touched)
        {
            if (Book.Find(id) is not { } job)
            {
                continue;
            }

            if (!IsKnown(last.Cluster.Tenants, job))
            {
                // Its limits, and those of the tenants above it, are not known yet.
                return null;
            }

            present.Add(new JobNow(
                job.Copy(), [.. Book.OfJob(id).Where(lease => !_yielding.ContainsKey(lease.Id))], _profiles.GetValueOrDefault(id)?.Freeze()));
        }

        // Those that wait; of the others only what they hold is news.
        var changed = touched.Where(id => Book.OfJob(id).Count == 0).ToHashSet(StringComparer.Ordinal);
        changed.UnionWith(_owed.Next(MaxOwed, id => Book.OfJob(id).Count == 0 && !changed.Contains(id)));
        _meter.Took(PoolMeter.Copy, clock.GetElapsedTime(began));
        _isWholeDue = false;
        return () => PoolAnswer.AskFew(last.Next(touched, present, now), changed, clock);
    }

    private void Ask(Func<PoolAnswer> ask)
    {
        _askedVersion = _version;
        (_askedFor, _changedAt) = (_changedAt, null);
        _isAsking = true;
        _ = DecideAsync(ask);
    }

    // Not awaited by the round: submissions, heartbeats and returns are answered while the policy thinks.
    private async Task DecideAsync(Func<PoolAnswer> ask)
    {
        try
        {
            var began = clock.GetTimestamp();
            _answer = await Task.Run(ask);
            _last = _answer.Question;
            _meter.Took(_answer.IsWhole ? PoolMeter.Whole : PoolMeter.Few, clock.GetElapsedTime(began));
        }
        catch (Exception exception)
        {
            // A policy that fails must not stop the pool: leases stay as they are, and the next round asks again.
            LogRoundFailed(exception, Name);
            _last = null;
        }
        finally
        {
            _isAsking = false;
        }

        if (_answer is not null)
        {
            Wake();
        }
    }

    private async Task ApplyAsync(PoolAnswer answer)
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
        if (_askedFor is { } changed)
        {
            _meter.Took(PoolMeter.Latency, clock.GetElapsedTime(changed));
        }

        Advise(changes);
        await GiveAsync(changes);
        await Task.WhenAll(changes.Where(change => !change.Yields.IsEmpty).Select(change =>

            // The job tells its own people, who may not know what others are called.
            AskBackAsync(change.Job.Request, change.Yields, answer.EyesOf(change.Job.Request.Tenant).Cover(change.Reason))));
    }

    private void CountAll()
    {
        var (now, uses) = (clock.GetUtcNow(), new Dictionary<string, double>(StringComparer.Ordinal));
        foreach (var job in State.Jobs)
        {
            uses[job.Request.Tenant] = uses.GetValueOrDefault(job.Request.Tenant) + Count(job, Book.OfJob(PoolQuestion.IdOf(job.Request)), now);
        }

        foreach (var (tenant, use) in uses)
        {
            State.Memory.Use(tenant, use, PoolQuestion.ToSeconds(now));
        }
    }

    private static bool IsKnown(TenantTree tenants, PooledJob job) => tenants.IndexOf(job.Request.Tenant) >= 0;

    /// <summary>Tenants of the jobs that are there, and all above them. Of jobs that came in the end, tenants may be missing.</summary>
    private async Task<TenantTree> TenantsAsync(params IEnumerable<string> further)
    {
        var specs = new Dictionary<string, TenantSpec>(StringComparer.Ordinal);
        var open = State.Jobs.Select(job => job.Request.Tenant).Concat(further).ToHashSet(StringComparer.Ordinal);
        for (var read = 0; open.Count > 0 && read < MaxTenantReads; read++)
        {
            for (var level = 0; open.Count > 0 && level < TenantTree.MaxDepth; level++)
            {
                foreach (var spec in await Task.WhenAll(open.Select(tenant => GrainFactory.GetGrain<ITenantGrain>(tenant).Get())))
                {
                    specs[spec.Name] = spec;
                }

                open = specs.Values.Select(spec => spec.Parent).Where(parent => parent.Length > 0 && !specs.ContainsKey(parent)).ToHashSet(StringComparer.Ordinal);
            }

            open = State.Jobs.Select(job => job.Request.Tenant).Where(tenant => !specs.ContainsKey(tenant)).ToHashSet(StringComparer.Ordinal);
        }

        foreach (var spec in specs.Values)
        {
            _prices[spec.Name] = (double)spec.Plan.PerAcceleratorHour;
        }

        var (tree, problem) = TenantMapper.ToTree([.. specs.Values]);
        if (problem is not null)
        {
            LogTenants(Name, problem);
        }

        return tree;
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
