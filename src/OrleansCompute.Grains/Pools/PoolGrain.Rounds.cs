using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Tenants;
using OrleansCompute.Scheduling.Tenancy;

namespace OrleansCompute.Grains.Pools;

/// <content>Scheduling rounds: from a question to the policy's answer to changes.</content>
internal sealed partial class PoolGrain
{
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);

    // Of an accelerator for an hour, by tenant, as their plans say.
    private readonly Dictionary<string, double> _prices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> _starts = new(StringComparer.Ordinal);
    private PoolAnswer? _answer;

    // Counts what a decision depends on; an answer to an older question is followed by another one.
    private long _version;
    private long _askedVersion;
    private bool _isAsking;

    private void KickRound()
    {
        _version++;
        _round!.Change(TimeSpan.Zero, options.Value.RoundPeriod);
    }

    private async Task TryRoundAsync()
    {
        _isRoundIncomplete = false;
        try
        {
            // Also what running jobs have used since long ago.
            await _journal.FlushAsync();
            _isUnsaved = false;
            await TellJobsAsync();
            await ExpireAsync();
            if (_answer is { } answer)
            {
                _answer = null;
                await ApplyAsync(answer);
                if (_askedVersion != _version)
                {
                    await AskAsync();
                }
            }
            else if (!_isAsking)
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
            _round!.Change(RetryAfter, options.Value.RoundPeriod);
        }
    }

    private async Task AskAsync()
    {
        if (State.Jobs.Count == 0 || _isAsking)
        {
            return;
        }

        await RecountAsync();
        var tenants = await TenantsAsync();
        var held = State.Leases.ToLookup(lease => PoolQuestion.IdOf(lease.Tenant, lease.Job), StringComparer.Ordinal);
        var now = clock.GetUtcNow();
        foreach (var job in State.Jobs)
        {
            CountUse(job, held[PoolQuestion.IdOf(job.Request)], now);
        }

        // Before it counts as asked: a question that cannot be put is put again in the next round.
        var question = new PoolQuestion(
            State, tenants, _profiles, _yielding.Keys.ToHashSet(), PoolPolicies.Create(options.Value, State.Memory.ToLengths()), options.Value, clock.GetUtcNow(), LeastPrice());
        (_askedVersion, _isAsking) = (_version, true);
        _ = DecideAsync(question);
    }

    // Not awaited by the round: submissions, heartbeats and returns are answered while the policy thinks.
    private async Task DecideAsync(PoolQuestion question)
    {
        try
        {
            _answer = await Task.Run(() => PoolAnswer.Ask(question, clock));
        }
        catch (Exception exception)
        {
            // A policy that fails must not stop the pool: leases stay as they are, and the next round asks again.
            LogRoundFailed(exception, Name);
        }

        _isAsking = false;
        if (_answer is not null)
        {
            _round!.Change(TimeSpan.Zero, options.Value.RoundPeriod);
        }
    }

    private async Task ApplyAsync(PoolAnswer answer)
    {
        var (question, decisions) = (answer.Question, answer.Round.Decisions);
        var jobs = State.Jobs.ToDictionary(job => PoolQuestion.IdOf(job.Request), StringComparer.Ordinal);
        for (var i = 0; i < decisions.Length; i++)
        {
            if (jobs.TryGetValue(question.Jobs[i].Id, out var job))
            {
                _reasons[question.Jobs[i].Id] = answer.Reasons[i];
                _starts[question.Jobs[i].Id] = answer.Starts.GetValueOrDefault(question.Jobs[i].Id);
                job.Memo = decisions[i].Memo;
            }
        }

        var changes = LeasePlan.Make(State, question, decisions, _yielding.Keys.ToHashSet(), clock.GetUtcNow());
        await GiveAsync(changes);
        await Task.WhenAll(changes.Where(change => !change.Yields.IsEmpty).Select(change =>
        {
            // The job tells its own people, who may not know what others are called.
            var reason = decisions[answer.Round.IndexOf(PoolQuestion.IdOf(change.Job.Request))].Reason;
            return AskBackAsync(change.Job.Request, change.Yields, TenantEyes.Of(change.Job.Request.Tenant, answer.Round).Cover(reason));
        }));
    }

    /// <summary>Tenants of the jobs that are there, and all above them.</summary>
    private async Task<TenantTree> TenantsAsync(params IEnumerable<string> further)
    {
        var specs = new Dictionary<string, TenantSpec>(StringComparer.Ordinal);
        var open = State.Jobs.Select(job => job.Request.Tenant).Concat(further).ToHashSet(StringComparer.Ordinal);
        for (var level = 0; open.Count > 0 && level < TenantTree.MaxDepth; level++)
        {
            foreach (var spec in await Task.WhenAll(open.Select(tenant => GrainFactory.GetGrain<ITenantGrain>(tenant).Get())))
            {
                specs[spec.Name] = spec;
            }

            open = specs.Values.Select(spec => spec.Parent).Where(parent => parent.Length > 0 && !specs.ContainsKey(parent)).ToHashSet(StringComparer.Ordinal);
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
            CountUse(job, LeasesOf(job.Request.Tenant, job.Request.Job), clock.GetUtcNow());
        }
    }

    private void CountUse(PooledJob job, IEnumerable<Lease> held, DateTimeOffset now)
    {
        var (amount, power) = (0.0, 0.0);
        foreach (var lease in held)
        {
            amount += lease.ComputeShareFraction;
            power += lease.ComputeShareFraction * Math.Max(1e-3, lease.ScoreGflops);
        }

        State.Memory.Use(job.Request.Tenant, power * Math.Max(0, (now - job.CountedAt).TotalSeconds), PoolQuestion.ToSeconds(now));
        job.Count(now, amount, PriceOf(job));
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
    }
}
