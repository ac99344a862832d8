using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <content>Leases expire with their holder: a job, or a node, that is not heard of.</content>
internal sealed partial class PoolGrain
{
    // Timestamps of the last word of each, by id. Begin anew with each activation: nobody can be blamed for what this grain did not hear.
    private readonly Dictionary<string, long> _renewed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);

    public Task<NodeHeartbeat> Heartbeat(string node, long incarnation)
    {
        var isKnown = State.Nodes.TryGetValue(node, out var known) && known.State != NodeState.Lost && known.Incarnation == incarnation;
        if (isKnown)
        {
            Hear(node);
        }

        return Task.FromResult(new NodeHeartbeat
        {
            // One that was removed is known to be without work: else it would join again.
            IsKnown = isKnown || IsRemoved(node, incarnation),
            Leases = [.. State.Leases.Where(lease => lease.Node == node && lease.NodeIncarnation == incarnation).Select(lease => lease.Id).Order()],
        });
    }

    public Task Renew(string tenant, string job, JobReport report)
    {
        var id = PoolQuestion.IdOf(tenant, job);
        var leases = LeasesOf(tenant, job).ToDictionary(lease => lease.Id);
        if (leases.Count > 0)
        {
            _renewed[id] = clock.GetTimestamp();
            if (!_profiles.TryGetValue(id, out var profile))
            {
                _profiles[id] = profile = new JobProfile();
            }

            profile.Observe(options.Value.LearnSpeeds ? report : report with { Workers = [] }, leases);
        }

        return Task.CompletedTask;
    }

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

        foreach (var job in State.Leases.GroupBy(lease => (lease.Tenant, lease.Job)).Where(job => IsOlder(
            _renewed, PoolQuestion.IdOf(job.Key.Tenant, job.Key.Job), duration)).ToList())
        {
            await EndAsync([.. job], $"the job was not heard of for {duration}");
        }

        var late = State.Leases.Where(lease => _yielding.TryGetValue(lease.Id, out var since)
            && clock.GetElapsedTime(since) >= options.Value.YieldTimeout).ToList();
        foreach (var job in late.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            await EndAsync([.. job], $"it was asked to give them back and has not within {options.Value.YieldTimeout}");
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
