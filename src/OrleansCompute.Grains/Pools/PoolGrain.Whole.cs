using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>Rounds about all jobs. They are decided beside what comes meanwhile, and set right for it when they are done.</content>
internal sealed partial class PoolGrain
{
    // Times that tenants are read again for jobs that came meanwhile; those that come then are in the next question.
    private const int MaxTenantReads = 4;
    private WholeRound? _whole;
    private bool _isPreparing;
    private long? _wholeAskedAt;
    private long? _preparedAt;

    // Something changed that concerns all jobs, or it is time.
    private bool _isWholeDue = true;

    private bool IsThinkingOfAll => _whole is { Answer: null };

    private bool IsTimeForWhole() => _wholeAskedAt is not { } asked || clock.GetElapsedTime(asked) >= options.Value.RoundPeriod;

    // One that takes longer than that is waited for, and all is stored and counted in each period, not at each event.
    private bool IsTimeToPrepare() =>
        _whole is null || _isUnsaved || _preparedAt is not { } prepared || clock.GetElapsedTime(prepared) >= options.Value.RoundPeriod;

    private void PrepareWhole()
    {
        if (!_isPreparing)
        {
            (_isPreparing, _preparedAt) = (true, clock.GetTimestamp());
            _ = SettleAsync(PrepareWholeAsync());
        }
    }

    private async Task PrepareWholeAsync()
    {
        try
        {
            // Also what running jobs have used since long ago.
            await _journal.FlushAsync();
            _isUnsaved = false;
            await TellJobsAsync();
            await ExpireAsync();
            if (_whole is null)
            {
                await AskWholeAsync();
            }
        }
        finally
        {
            _isPreparing = false;
        }
    }

    private async Task AskWholeAsync()
    {
        if (State.Jobs.Count == 0)
        {
            (_last, _isWholeDue) = (null, false);
            Book.TakeTouched();
            _carried.Clear();
            _owed.Clear();

            // Nothing is left to be decided about what changed.
            (_askedVersion, _changedAt) = (_version, null);
            return;
        }

        await RecountAsync();
        var tenants = await TenantsAsync();
        CountAll();

        // Before it counts as asked: a question that cannot be put is put again in the next round.
        var ask = Question(tenants, question => question);
        var isAnyLeftOut = State.Jobs.Exists(job => !IsKnown(tenants, job));
        (_isWholeDue, _wholeAskedAt) = (false, clock.GetTimestamp());

        // It has them; what is asked before it is put together does not.
        _carried.UnionWith(Book.TakeTouched());
        var whole = new WholeRound { IsOvertaken = _isAsking || _answer is not null };
        if (!CanAskFew())
        {
            // It decides about what came so far; in a large pool that, too, is decided at once otherwise.
            (_askedVersion, whole.AskedFor, _changedAt) = (_version, _changedAt, null);
        }

        _whole = whole;
        _ = DecideWholeAsync(whole, ask, _layout);
        if (isAnyLeftOut)
        {
            KickWhole();
        }
    }

    private async Task DecideWholeAsync(WholeRound whole, Func<PoolQuestion> ask, long layout)
    {
        try
        {
            var began = clock.GetTimestamp();
            var question = await Task.Run(ask);

            // From here on few are asked by what it knows, while the policy thinks about all.
            (_last, _layoutOfLast) = (question.Beside(), layout);
            _chain++;
            _carried = new HashSet<string>(whole.Since, StringComparer.Ordinal);
            _version += _hasUnknown ? 1 : 0;
            _hasUnknown = false;
            if (IsPending)
            {
                Wake();
            }

            whole.Answer = await Task.Run(() => PoolAnswer.Ask(question, clock, _meter));
            _meter.Took(PoolMeter.Whole, clock.GetElapsedTime(began));
        }
        catch (Exception exception)
        {
            // A policy that fails must not stop the pool: leases stay as they are, and the next round asks again.
            LogRoundFailed(exception, Name);
            (_whole, _last) = (null, null);
            return;
        }

        Wake();
    }

    /// <summary>An answer about all, set right for what was decided and what happened while it was made.</summary>
    private Func<PoolAnswer> Late(WholeRound whole, PoolAnswer answer)
    {
        var began = clock.GetTimestamp();

        // Nothing is decided about what came just before: it is for the next question, as what that follows from knows of it.
        var fresh = TakeTouched();
        var (since, now) = (whole.Since, clock.GetUtcNow());
        var present = Present(since, answer.Question.Cluster.Tenants);
        _carried = fresh;
        _whole = null;
        _meter.Took(PoolMeter.Copy, clock.GetElapsedTime(began));
        return () => PoolAnswer.Late(answer.Question.Next(since, present, now), answer, since);
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
}
