using System.Collections.Immutable;
using Orleans.Runtime;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Pooling;

namespace OrleansCompute.Grains.Pools;

/// <content>Scheduling rounds: giving leases, taking them back, and telling jobs of them until they know.</content>
internal sealed partial class PoolGrain
{
    private void KickRound() => _round!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    private void Enqueue(JobRequest request)
    {
        var index = State.Queue.FindIndex(queued => queued.SubmittedAt > request.SubmittedAt);
        State.Queue.Insert(index < 0 ? State.Queue.Count : index, request);
    }

    private async Task TryRoundAsync()
    {
        _isRoundIncomplete = false;
        try
        {
            if (_isUnsaved)
            {
                await storage.WriteStateAsync();
                _isUnsaved = false;
            }

            await RunRoundAsync();
        }
        catch (Exception exception)
        {
            // The root of the timer: whatever it was, for example the store's disk, waiting jobs get another round.
            LogRoundFailed(exception, Name);
            _isRoundIncomplete = true;
        }

        if (_isRoundIncomplete)
        {
            _round!.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task RunRoundAsync()
    {
        _told.IntersectWith(State.Leases.Select(lease => lease.Id));
        foreach (var job in State.Leases.Where(lease => !_told.Contains(lease.Id)).GroupBy(lease => (lease.Tenant, lease.Job)).ToList())
        {
            await AssignAsync(job.Key.Tenant, job.Key.Job, [.. job]);
        }

        var limits = await TenantLimitsAsync([.. State.Queue.Select(request => request.Tenant).Distinct(StringComparer.Ordinal)]);
        foreach (var decision in policy.Decide(SchedulingMapper.ToState(State, limits)))
        {
            var job = (decision.Demand.Tenant, decision.Demand.Job);
            switch (decision)
            {
                case PoolDecision.Placed placed:
                    _reasons.Remove(job);
                    await PlaceAsync(State.Queue.Find(request => (request.Tenant, request.Job) == job)!, placed);
                    break;
                case PoolDecision.Wait wait:
                    _reasons[job] = wait.Reason;
                    break;
                default:
                    break;
            }
        }
    }

    private async Task PlaceAsync(JobRequest request, PoolDecision.Placed placed)
    {
        var (tenant, job) = (placed.Demand.Tenant, placed.Demand.Job);
        var leases = placed.Slots.Select(slot => new Lease
        {
            Id = ++State.LastLeaseId,
            Pool = Name,
            Tenant = tenant,
            Job = job,
            Node = slot.Node,
            NodeIncarnation = State.Nodes[slot.Node].Incarnation,
            Accelerator = slot.Accelerator,
            ScoreGflops = slot.ScoreGflops,
            GrantedAt = clock.GetUtcNow(),
            Kind = slot.Kind,
        }).ToImmutableArray();

        // Stored before anybody hears of them: after a crash a lease is known to the pool or to nobody.
        State.Queue.Remove(request);
        State.Leases.AddRange(leases);
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            // Not stored, so not given: otherwise the next round would tell the job of leases that no node knows.
            State.Leases.RemoveAll(leases.Contains);
            Enqueue(request);
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

        if (granted.Count < leases.Length)
        {
            State.Leases.RemoveAll(leases.Contains);
            if (granted.Count < request.MinAccelerators)
            {
                foreach (var lease in granted)
                {
                    await ReleaseAsync(lease);
                }

                Enqueue(request);
                await storage.WriteStateAsync();
                _isRoundIncomplete = true;
                return;
            }

            State.Leases.AddRange(granted);
            await storage.WriteStateAsync();
        }

        LogPlaced(tenant, job, granted.Count);
        await AssignAsync(tenant, job, [.. granted]);
    }

    private async Task<bool> GrantAsync(Lease lease)
    {
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(lease.Node).Grant(lease);
            return true;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or FabricRefusedException)
        {
            LogGrantFailed(exception, lease.Id, lease.Node);
        }

        State.Leases.Remove(lease);
        var node = await RefreshAsync(State.Nodes[lease.Node]);

        // Above what the node was given already: this pool may have been restored from an older copy of its state.
        State.LastLeaseId = Math.Max(State.LastLeaseId, node.Accelerators.Select(slot => slot.FenceId).DefaultIfEmpty(0).Max());
        if (node.State == NodeState.Lost || node.Incarnation != lease.NodeIncarnation)
        {
            // Down, or another run of it: lost until it joins again. Nobody else may have noticed yet.
            await LoseAsync(State.Nodes[lease.Node], $"node {lease.Node} did not take lease {lease.Id}");
        }
        else if (node.Accelerators.FirstOrDefault(slot => slot.Accelerator.Name == lease.Accelerator)?.Lease is { } stale)
        {
            // Held for a lease whose release, or the answer to whose grant, was lost.
            await ReleaseAsync(stale);
        }

        return false;
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
        State.Leases.RemoveAll(leases.Contains);
        foreach (var job in leases.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            await RevokeAsync(job.Key.Tenant, job.Key.Job, [.. job.Select(lease => lease.Id)], reason);
        }
    }

    private async Task RevokeAsync(string tenant, string job, ImmutableArray<long> leaseIds, string reason)
    {
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
