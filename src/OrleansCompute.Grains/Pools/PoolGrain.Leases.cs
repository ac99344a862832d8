using System.Collections.Immutable;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Pools;

/// <content>Giving leases, asking them back, and telling jobs of them until they know.</content>
internal sealed partial class PoolGrain
{
    // Leases that their jobs were asked to give back, and when, as a timestamp. Empty after a crash: then the policy decides anew.
    private readonly Dictionary<long, long> _yielding = [];

    private async Task GiveAsync(PooledJob job, ImmutableArray<NewLease> grants)
    {
        var (tenant, name) = (job.Request.Tenant, job.Request.Job);
        var isRunning = State.Leases.Exists(lease => lease.Tenant == tenant && lease.Job == name);
        var leases = grants.Select(grant => new Lease
        {
            Id = ++State.LastLeaseId,
            Pool = Name,
            Tenant = tenant,
            Job = name,
            Node = grant.Node,
            NodeIncarnation = grant.Incarnation,
            Accelerator = grant.Accelerator,
            ScoreGflops = grant.ScoreGflops,
            GrantedAt = clock.GetUtcNow(),
            ComputeShareFraction = grant.ComputeShareFraction,
            MemoryBytes = grant.MemoryBytes,
            Kind = grant.Kind,
        }).ToImmutableArray();

        // Stored before anybody hears of them: after a crash a lease is known to the pool or to nobody.
        CountUse(job);
        State.Leases.AddRange(leases);
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // Not stored, so not given: otherwise the next round would tell the job of leases that no node knows.
            State.Leases.RemoveAll(leases.Contains);
            throw;
        }

        var granted = new List<Lease>();
        foreach (var lease in leases)
        {
            if (await GrantAsync(lease))
            {
                granted.Add(lease);
            }
        }

        // In force are those that the node took, and that nobody voided or withdrew meanwhile.
        granted.RemoveAll(lease => !State.Leases.Contains(lease));
        if (granted.Count < leases.Length)
        {
            State.Leases.RemoveAll(lease => leases.Contains(lease) && !granted.Contains(lease));
            _isRoundIncomplete = true;
            if (!isRunning && granted.Count < job.Request.MinAccelerators)
            {
                await TakeBackAsync(granted);
                return;
            }

            await storage.WriteStateAsync();
        }

        if (granted.Count > 0)
        {
            job.Changes += job.HasStarted ? 1 : 0;
            (job.HasStarted, job.AllocatedAt) = (true, clock.GetUtcNow());
            _renewed[PoolQuestion.IdOf(job.Request)] = clock.GetTimestamp();
            LogPlaced(tenant, name, granted.Count);
            await AssignAsync(tenant, name, [.. granted]);
        }
    }

    private async Task<bool> GrantAsync(Lease lease)
    {
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(lease.Node).Grant(lease);
            return true;
        }
        catch (Exception exception)
        {
            // Also the store of that node: the others of the pool must not wait for it.
            LogGrantFailed(exception, lease.Id, lease.Node);
        }

        State.Leases.Remove(lease);
        var node = await RefreshAsync(State.Nodes[lease.Node]);
        RaiseFence(node);
        if (node.State == NodeState.Lost || node.Incarnation != lease.NodeIncarnation)
        {
            // Down, or another run of it: lost until it joins again. Nobody else may have noticed yet.
            await LoseAsync(State.Nodes[lease.Node], $"node {lease.Node} did not take lease {lease.Id}");
        }
        else if (node.Accelerators.FirstOrDefault(slot => slot.Accelerator.Name == lease.Accelerator) is { } slot)
        {
            // Held for leases whose release, or the answer to whose grant, was lost.
            foreach (var stale in slot.Leases.Where(held => !State.Leases.Exists(known => known.Id == held.Id)))
            {
                await ReleaseAsync(stale);
            }
        }

        return false;
    }

    /// <summary>Numbers that follow are above all that the node was ever given.</summary>
    private void RaiseFence(NodeSnapshot node) =>
        State.LastLeaseId = Math.Max(State.LastLeaseId, node.Accelerators.Select(slot => slot.FenceId).DefaultIfEmpty(0).Max());

    private async Task AskBackAsync(JobRequest request, ImmutableArray<long> leaseIds, string reason)
    {
        foreach (var id in leaseIds)
        {
            _yielding.TryAdd(id, clock.GetTimestamp());
        }

        LogAskedBack(request.Tenant, request.Job, leaseIds.Length, reason);
        try
        {
            await GrainFactory.GetGrain<IJobGrain>(FabricKey.Of(request.Tenant, request.Job)).Yield(leaseIds, $"the policy decided: {reason}");
        }
        catch (Exception exception)
        {
            // Decided again in the next round, if it is still so then.
            LogJobNotTold(exception, request.Tenant, request.Job);
            foreach (var id in leaseIds)
            {
                _yielding.Remove(id);
            }

            _isRoundIncomplete = true;
        }
    }

    /// <summary>Ends leases on their nodes and stores that.</summary>
    private async Task TakeBackAsync(IReadOnlyCollection<Lease> leases)
    {
        foreach (var lease in leases)
        {
            await ReleaseAsync(lease);
            State.Leases.Remove(lease);
            _yielding.Remove(lease.Id);
        }

        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // The nodes are free already, and the caller who tries again finds nothing to give back: the rounds store it.
            _isUnsaved = true;
            _round!.Change(RetryAfter, options.Value.RoundPeriod);
            throw;
        }
    }

    private async Task ReleaseAsync(Lease lease)
    {
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(lease.Node).Release(lease.Id);
        }
        catch (Exception exception)
        {
            LogReleaseFailed(exception, lease.Id, lease.Node);
        }
    }

    private async Task TellJobsAsync()
    {
        _told.IntersectWith(State.Leases.Select(lease => lease.Id));
        foreach (var job in State.Leases.Where(lease => !_told.Contains(lease.Id)).GroupBy(lease => (lease.Tenant, lease.Job)).ToList())
        {
            // The last activation may have gone between storing them and giving them: the node takes each once, whoever asks how often.
            foreach (var lease in job)
            {
                _isUnsaved |= !await GrantAsync(lease);
            }

            if (LeasesOf(job.Key.Tenant, job.Key.Job) is { Count: > 0 } leases)
            {
                // All of them: a job that never heard of the first must not start with the last.
                await AssignAsync(job.Key.Tenant, job.Key.Job, [.. leases]);
            }

            if (_isUnsaved)
            {
                await storage.WriteStateAsync();
                _isUnsaved = false;
                KickRound();
            }
        }
    }

    private async Task AssignAsync(string tenant, string job, ImmutableArray<Lease> leases)
    {
        try
        {
            await GrainFactory.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).Assign(leases);
            _told.UnionWith(leases.Select(lease => lease.Id));
        }
        catch (Exception exception)
        {
            // Also the store of that job: the others of the round must not wait for it.
            LogJobNotTold(exception, tenant, job);
            _isRoundIncomplete = true;
        }
    }

    private async Task LoseAsync(NodeSnapshot node, string reason)
    {
        State.Nodes[node.Name] = node with { State = NodeState.Lost };
        await VoidLeasesAsync(node.Name, reason);
        await storage.WriteStateAsync();
        LogLeft(node.Name, Name, reason);
    }

    private async Task VoidLeasesAsync(string node, string reason)
    {
        var leases = State.Leases.Where(lease => lease.Node == node).ToList();
        foreach (var job in leases.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            CountUse(Find(job.Key.Tenant, job.Key.Job));
        }

        State.Leases.RemoveAll(leases.Contains);
        foreach (var job in leases.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            await RevokeAsync(job.Key.Tenant, job.Key.Job, [.. job.Select(lease => lease.Id)], reason);
        }
    }

    private async Task RevokeAsync(string tenant, string job, ImmutableArray<long> leaseIds, string reason)
    {
        foreach (var id in leaseIds)
        {
            _yielding.Remove(id);
        }

        try
        {
            await GrainFactory.GetGrain<IJobGrain>(FabricKey.Of(tenant, job)).Revoke(leaseIds, reason);
        }
        catch (Exception exception)
        {
            // Its silo went at this moment: when it is active again it finds by itself that its training is gone.
            LogJobNotTold(exception, tenant, job);
        }
    }
}
