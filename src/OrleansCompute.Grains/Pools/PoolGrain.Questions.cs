using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using JobExplanation = OrleansCompute.Contracts.Pools.JobExplanation;

namespace OrleansCompute.Grains.Pools;

/// <content>Why, and what if: the policy is asked of the pool as it is, on the thread pool.</content>
internal sealed partial class PoolGrain
{
    private readonly QuestionLimit _questions = new(clock);

    public async Task<JobExplanation> Explain(string tenant, string job, bool showOthers)
    {
        RequireJob(tenant, job);
        var id = PoolQuestion.IdOf(tenant, job);
        var (shown, reason) = await _questions.AskAsync(
            $"Why {id} waits",
            async () =>
            {
                var question = await QuestionAsync(tenant);

                // It may have ended while the question waited.
                var held = LeasesOf(tenant, job);
                var request = RequireJob(tenant, job).Request;
                var near = DataNearness.Describe(Find(tenant, job)!, held, State.Nodes, showOthers ? null
                    : State.Leases.Where(lease => lease.Tenant == tenant).Select(lease => lease.Node).ToHashSet(StringComparer.Ordinal));
                return (Pool: question, Request: request, Held: held, Near: near, Profile: held.Count > 0 ? _profiles.GetValueOrDefault(id)?.Freeze() : null);
            },
            (asked, time) => Explain(
                PoolRound.Ask(asked.Pool.Policy, asked.Pool.Cluster, asked.Pool.Jobs, asked.Pool.NowSeconds), asked.Pool.Lengths, id, asked.Request, asked.Held,
                string.Join(' ', new[] { asked.Profile?.DescribeBatch(asked.Request), asked.Near }.Where(text => text is { Length: > 0 })), showOthers, time));

        // It is newer than what the last round said: the pool says the same from now on, so that nobody hears two reasons.
        if (Find(tenant, job) is not null && LeasesOf(tenant, job).Count == 0 == shown.IsWaiting)
        {
            _reasons[id] = reason;
            _starts[id] = shown.ExpectedStart;
        }

        return shown;
    }

    public async Task<WhatIfReport> WhatIf(WhatIfQuestion question)
    {
        WhatIfMapper.Check(question);
        // A tenant that does not exist is a mistake, and no new tenant.
        List<string> tenants = question.Quotas.IsDefault ? [] : [.. question.Quotas.Select(quota => FabricNames.Require("quotas.tenant", quota.Tenant))];
        try
        {
            return await _questions.AskAsync(
                "What if",
                () => QuestionAsync(tenants),
                (pool, time) =>
                {
                    var change = WhatIfMapper.ToChange(question, pool.Layout);
                    return WhatIfMapper.ToReport(new WhatIf(pool.Lengths, new ForecastOptions()).Ask(
                        PoolRound.Ask(pool.Policy, pool.Cluster, pool.Jobs, pool.NowSeconds), change, time));
                });
        }
        catch (ArgumentException exception)
        {
            throw new FabricRefusedException(exception.Message, exception);
        }
    }

    /// <exception cref="FabricNotFoundException">The pool has no such job.</exception>
    private PooledJob RequireJob(string tenant, string job) => Find(tenant, job) ?? throw new FabricNotFoundException(
        $"Pool {Name} has no unfinished job '{tenant}/{job}'; `oc job show` says how a finished one ended.");

    // A question of its own: models of a round are not thread-safe, and several people may ask at once.
    private async Task<PoolQuestion> QuestionAsync(params IEnumerable<string> tenants) =>
        await Task.Run(Question(await TenantsAsync(tenants), question => question));

    private (JobExplanation Shown, string Reason) Explain(
        PoolRound round, JobLengths lengths, string id, JobRequest request, List<Lease> held, string? batch, bool showOthers, CancellationToken cancellationToken)
    {
        var explanation = new JobExplainer(lengths).Explain(round, id, cancellationToken);
        var text = new ExplanationText(clock, DateTimeOffset.UnixEpoch).Render(explanation);
        var eyes = TenantEyes.Of(request.Tenant, round);
        var isWaiting = held.Count == 0;

        // Decided, and not yet done: what it gets has to be given back first.
        var sentence = isWaiting && !explanation.IsWaiting
            ? $"starts as soon as what it gets is free: {ExplanationText.Held(explanation.Placement, explanation.Batch)}; {explanation.PolicyReason}."
            : $"{text}.{(batch is { Length: > 0 } ? $" {batch}" : "")}";
        return (new JobExplanation
        {
            Tenant = request.Tenant,
            Job = request.Job,
            IsWaiting = isWaiting,
            Sentence = Shown($"{id} {sentence}"),
            Needed = explanation.Needed,
            Free = explanation.Supply.Where(type => type.IsAccepted).Sum(type => type.Free),
            Holders =
            [
                .. from type in explanation.Supply
                   where type.IsAccepted
                   from holder in type.Holders
                   let slash = holder.JobId.IndexOf('/', StringComparison.Ordinal)
                   let isShown = showOthers || holder.Tenant == request.Tenant
                   select new AcceleratorHolding
                   {
                       Tenant = isShown || eyes.MayName(holder.Tenant) ? holder.Tenant : "",
                       Job = isShown ? holder.JobId[(slash + 1)..] : "",
                       Kind = type.Type,
                       Accelerators = (int)Math.Ceiling(holder.Accelerators),
                       Amount = holder.Accelerators,
                       Until = PoolQuestion.ToTime(holder.Until.LikelySeconds),
                   },
            ],
            WouldStart = [.. explanation.WouldStart.Select(option => Shown(option.Text))],
            ExpectedStart = isWaiting ? PoolQuestion.ToTime(explanation.Start?.LikelySeconds) : null,
            ExpectedEnd = PoolQuestion.ToTime(explanation.End?.LikelySeconds),
            BatchSize = explanation.Batch,
            AskedAt = PoolQuestion.ToTime(round.NowSeconds),
        }, sentence);

        string Shown(string reason) => showOthers ? reason : eyes.Cover(reason);
    }
}
