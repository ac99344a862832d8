using System.Collections.Immutable;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <content>Leases expire with their holder: a job, or a node, that is not heard of.</content>
internal sealed partial class PoolGrain
{
    // Timestamps of the last word of each, by id. Begin anew with each activation: nobody can be blamed for what this grain did not hear.
    private readonly Dictionary<string, long> _renewed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);

    // Leases that their nodes took and then did not name, or their jobs were told of and then did not, and since when.
    private readonly HashSet<long> _taken = [];
    private readonly Dictionary<long, long> _unheldSince = [];
    private readonly Dictionary<long, long> _unusedSince = [];

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation, ImmutableArray<long> held)
    {
        var isKnown = Known(node, incarnation) is not null;
        if (isKnown)
        {
            Hear(node);
        }

        var leases = Book.OfNode(node).Where(lease => lease.NodeIncarnation == incarnation).Select(lease => lease.Id).ToImmutableArray();
        Compare(leases.Where(_taken.Contains), held, _unheldSince);

        // One that was removed is known to be without work: else it would join again.
        return Task.FromResult(new NodeHeartbeat { IsKnown = isKnown || IsRemoved(node, incarnation), Leases = leases });
    }

    public Task TellDatasets(string node, long incarnation, ImmutableArray<string> datasets)
    {
        var held = datasets.IsDefault ? [] : datasets;
        if (Known(node, incarnation) is { } known && NodeReport.DatasetsProblem(held) is null && !(known.Datasets.IsDefault ? [] : known.Datasets).SequenceEqual(held))
        {
            // In the next question; nothing is asked for it alone, and a job that is placed is not moved for it.
            State.Nodes[node] = known with { Datasets = held };
        }

        return Task.CompletedTask;
    }

    public Task<JobAdvice> Renew(string tenant, string job, JobReport report)
    {
        var id = PoolQuestion.IdOf(tenant, job);
        var leases = Book.OfJob(id).ToDictionary(lease => lease.Id);
        if (leases.Count > 0)
        {
            _renewed[id] = clock.GetTimestamp();
            if (report.Leases is { IsDefaultOrEmpty: false } used)
            {
                Compare(leases.Keys.Where(_told.Contains), used, _unusedSince);
            }

            if (!_profiles.TryGetValue(id, out var profile))
            {
                _profiles[id] = profile = new JobProfile();
            }

            profile.Observe(options.Value.LearnSpeeds ? report : report with { Workers = [] }, leases);
            if (Find(tenant, job) is { } pooled)
            {
                var advice = profile.Advice ??= new BatchAdvice(clock);
                if (advice.TakeFailure() is { } failure)
                {
                    LogNotFitted(failure, tenant, job);
                }

                // That of the last fit; what this report changes is in the answer to the next.
                advice.Renew(profile, pooled.Request);
                return Task.FromResult(new JobAdvice { BatchSize = advice.BatchSize });
            }
        }

        return Task.FromResult(new JobAdvice());
    }

    private NodeSnapshot? Known(string node, long incarnation) =>
        State.Nodes.TryGetValue(node, out var known) && known.State != NodeState.Lost && known.Incarnation == incarnation ? known : null;

    private void Hear(string node) => _heard[node] = clock.GetTimestamp();

    private void RememberAll()
    {
        foreach (var node in State.Nodes.Keys)
        {
            Hear(node);
        }

        foreach (var lease in State.Leases)
        {
            _renewed[PoolQuestion.IdOf(lease.Tenant, lease.Job)] = clock.GetTimestamp();
        }
    }

    private async Task ExpireAsync()
    {
        var duration = options.Value.LeaseDuration;
        foreach (var node in State.Nodes.Values.Where(node => node.State != NodeState.Lost && IsOlder(_heard, node.Name, duration)).ToList())
        {
            await LoseAsync(node, $"node {node.Name} was not heard of for {duration}");
            _version++;
        }

        // One on its way waits for its node, and its job has not heard of it.
        foreach (var id in Book.Holders.Where(id => IsOlder(_renewed, id, duration)).ToList())
        {
            if (Book.OfJob(id).Where(lease => !_onTheWay.Contains(lease.Id)).ToList() is { Count: > 0 } held)
            {
                await EndAsync(held, $"the job was not heard of for {duration}");
            }
        }

        await EndUnknownAsync(_unheldSince, "the node did not hold them");
        await EndUnknownAsync(_unusedSince, "the job had no workers there");
        if (_taken.Count > State.Leases.Count)
        {
            // Their nodes took them after they had ended.
            _taken.RemoveWhere(id => !Book.Has(id));
        }

        var late = _yielding.Count == 0 ? [] : State.Leases.Where(lease => _yielding.TryGetValue(lease.Id, out var since)
            && clock.GetElapsedTime(since) >= options.Value.YieldTimeout).ToList();
        foreach (var job in late.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            await EndAsync([.. job], $"it was asked to give them back and has not within {options.Value.YieldTimeout}");
        }
    }

    // Two answers may cross on the way, so that one in which a lease is missing says little; a time in which it is in none says all.
    private void Compare(IEnumerable<long> expected, ImmutableArray<long> named, Dictionary<long, long> missingSince)
    {
        var known = named.IsDefault ? [] : named.ToHashSet();
        foreach (var lease in expected)
        {
            if (known.Contains(lease))
            {
                missingSince.Remove(lease);
            }
            else
            {
                missingSince.TryAdd(lease, clock.GetTimestamp());
            }
        }
    }

    private async Task EndUnknownAsync(Dictionary<long, long> missingSince, string reason)
    {
        foreach (var id in missingSince.Keys.Where(id => !Book.Has(id)).ToList())
        {
            missingSince.Remove(id);
        }

        var duration = options.Value.LeaseDuration;
        var late = missingSince.Count == 0 ? [] : State.Leases.Where(lease => missingSince.TryGetValue(lease.Id, out var since) && clock.GetElapsedTime(since) >= duration).ToList();
        foreach (var job in late.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            await EndAsync([.. job], $"{reason} for {duration}");
        }
    }

    private async Task EndAsync(List<Lease> leases, string reason)
    {
        var (tenant, job) = (leases[0].Tenant, leases[0].Job);
        LogExpired(tenant, job, leases.Count, reason);
        CountUse(Find(tenant, job));
        await TakeBackAsync(leases);
        await RevokeAsync(tenant, job, [.. leases.Select(lease => lease.Id)], reason);
        _version++;
    }

    private bool IsOlder(Dictionary<string, long> heard, string id, TimeSpan duration)
    {
        if (heard.TryGetValue(id, out var last))
        {
            return clock.GetElapsedTime(last) >= duration;
        }

        heard[id] = clock.GetTimestamp();
        return false;
    }
}
