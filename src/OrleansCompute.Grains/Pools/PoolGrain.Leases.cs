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

    // Leases that are on their way to their nodes and jobs; nobody else needs to tell of them.
    private readonly HashSet<long> _onTheWay = [];

    /// <summary>Gives all that a round grants: stored in one write before anybody hears of it, then to all nodes at once.</summary>
    private async Task GiveAsync(IReadOnlyList<JobChange> changes)
    {
        var gifts = changes.Where(change => !change.Grants.IsEmpty).Select(change => new Gift(
            change.Job,
            Book.OfJob(PoolQuestion.IdOf(change.Job.Request)).Count > 0,
            [.. change.Grants.Select(grant => NewLease(change.Job.Request, grant, change.Batch))])).ToList();
        if (gifts.Count == 0)
        {
            return;
        }

        // After a crash a lease is known to the pool or to nobody.
        var all = gifts.SelectMany(gift => gift.Leases).ToList();
        var ids = all.Select(lease => lease.Id).ToHashSet();
        gifts.ForEach(gift => CountUse(gift.Job));
        Book.Add(all);
        _onTheWay.UnionWith(ids);

        // The last word of a job that waited is of its last run, and says nothing of these.
        foreach (var gift in gifts.Where(gift => !gift.IsGrowth))
        {
            _renewed[PoolQuestion.IdOf(gift.Job.Request)] = clock.GetTimestamp();
            gift.Job.StartedOnData = DataNearness.Among(gift.Leases, gift.Job.Request.DatasetKey, State.Nodes);
        }

        try
        {
            await _journal.FlushFewAsync();
        }
        catch
        {
            // Not stored, so not given: otherwise the next round would tell the jobs of leases that no node knows.
            Book.Remove(ids);
            _onTheWay.ExceptWith(ids);
            throw;
        }

        // Not awaited: a node that does not answer must not hold the next round up.
        foreach (var gift in gifts)
        {
            _ = HandOverAsync(gift);
        }
    }

    /// <summary>What a job trains with that moves: its reports are answered with this until they say what is better there.</summary>
    private void Advise(IEnumerable<JobChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Batch is { } batch && _profiles.TryGetValue(PoolQuestion.IdOf(change.Job.Request), out var profile))
            {
                (profile.Advice ??= new BatchAdvice(clock)).Begin(batch);
            }
        }
    }

    private Lease NewLease(JobRequest request, NewLease grant, int? batch) => new()
    {
        Id = ++State.LastLeaseId,
        Pool = Name,
        Tenant = request.Tenant,
        Job = request.Job,
        Node = grant.Node,
        NodeIncarnation = grant.Incarnation,
        Accelerator = grant.Accelerator,
        ScoreGflops = grant.ScoreGflops,
        GrantedAt = clock.GetUtcNow(),
        ComputeShareFraction = grant.ComputeShareFraction,
        MemoryBytes = grant.MemoryBytes,
        Kind = grant.Kind,

        // Of a job that this pool never heard of since it is here, the last checkpoint knows more.
        BatchSize = _profiles.GetValueOrDefault(PoolQuestion.IdOf(request)) is { BatchSize: > 0 } ? batch ?? 0 : 0,
    };

    private async Task HandOverAsync(Gift gift)
    {
        var began = clock.GetTimestamp();
        try
        {
            var taken = await Task.WhenAll(gift.Leases.Select(GrantAsync));

            // In force are those that the node took, and that nobody voided or withdrew meanwhile; the node may have heard of that first.
            var granted = new List<Lease>();
            foreach (var lease in gift.Leases.Where((_, i) => taken[i]))
            {
                if (Book.Has(lease.Id))
                {
                    granted.Add(lease);
                }
                else
                {
                    await ReleaseAsync(lease);
                }
            }

            if (granted.Count < gift.Leases.Length && !gift.IsGrowth && granted.Count < gift.Job.Request.MinAccelerators)
            {
                await TakeBackAsync(granted);
            }
            else if (granted.Count > 0)
            {
                gift.Job.Changes += gift.Job.HasStarted ? 1 : 0;
                (gift.Job.HasStarted, gift.Job.AllocatedAt) = (true, clock.GetUtcNow());

                // What was asked and stored since the leases were given has the last run's.
                Book.Change(PoolQuestion.IdOf(gift.Job.Request));
                _renewed[PoolQuestion.IdOf(gift.Job.Request)] = clock.GetTimestamp();
                LogPlaced(gift.Job.Request.Tenant, gift.Job.Request.Job, granted.Count);
                await AssignAsync(gift.Job.Request.Tenant, gift.Job.Request.Job, [.. granted]);
            }

            if (granted.Count < gift.Leases.Length)
            {
                Retry();
            }
        }
        catch (Exception exception)
        {
            // The root of this work: whatever it was, for example the store's disk, the next round stores and tells.
            LogRoundFailed(exception, Name);
            Retry();
        }
        finally
        {
            _onTheWay.ExceptWith(gift.Leases.Select(lease => lease.Id));
            _meter.Took(PoolMeter.Grant, clock.GetElapsedTime(began));
        }
    }

    /// <summary>They are not in force any more.</summary>
    private void End(IReadOnlyCollection<Lease> leases)
    {
        Book.Remove([.. leases.Select(lease => lease.Id)]);
        foreach (var lease in leases)
        {
            _yielding.Remove(lease.Id);
            _taken.Remove(lease.Id);
            _told.Remove(lease.Id);
        }
    }

    private void Retry()
    {
        _version++;
        _isUnsaved = true;
        _isWholeDue = true;
        _round!.Change(RetryAfter, options.Value.RoundPeriod);
    }

    private async Task<bool> GrantAsync(Lease lease)
    {
        try
        {
            await GrainFactory.GetGrain<INodeGrain>(lease.Node).Grant(lease);
            _taken.Add(lease.Id);
            return true;
        }
        catch (Exception exception)
        {
            // Also the store of that node: the others of the pool must not wait for it.
            LogGrantFailed(exception, lease.Id, lease.Node);
        }

        if (!Book.Has(lease.Id))
        {
            return false;
        }

        Book.Remove([lease.Id]);
        if (!State.Nodes.TryGetValue(lease.Node, out var known))
        {
            return false;
        }

        var node = await RefreshAsync(known);
        RaiseFence(node);
        if (!State.Nodes.TryGetValue(lease.Node, out known))
        {
            return false;
        }

        if (node.State == NodeState.Lost || node.Incarnation != lease.NodeIncarnation)
        {
            // Down, or another run of it: lost until it joins again. Nobody else may have noticed yet.
            await LoseAsync(known, $"node {lease.Node} did not take lease {lease.Id}");
        }
        else if (node.Accelerators.FirstOrDefault(slot => slot.Accelerator.Name == lease.Accelerator) is { } slot)
        {
            // Held for leases whose release, or the answer to whose grant, was lost.
            foreach (var stale in slot.Leases.Where(held => !Book.Has(held.Id)).ToList())
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

        Book.Touch(PoolQuestion.IdOf(request));

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

            Book.Touch(PoolQuestion.IdOf(request));
            _isRoundIncomplete = true;
        }
    }

    /// <summary>Ends leases on their nodes and stores that.</summary>
    private async Task TakeBackAsync(IReadOnlyCollection<Lease> leases)
    {
        // Others get them when their nodes know that these are over.
        await Task.WhenAll(leases.Select(ReleaseAsync));
        End(leases);

        try
        {
            await _journal.FlushFewAsync();
        }
        catch
        {
            // The nodes are free already, and the caller who tries again finds nothing to give back: the rounds store it.
            Retry();
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
        if (_told.Count > State.Leases.Count)
        {
            // Jobs were told of leases that had ended meanwhile.
            _told.RemoveWhere(id => !Book.Has(id));
        }

        foreach (var job in State.Leases.Where(lease => !_told.Contains(lease.Id) && !_onTheWay.Contains(lease.Id)).GroupBy(lease => (lease.Tenant, lease.Job)).ToList())
        {
            // The last activation may have gone between storing them and giving them: the node takes each once, whoever asks how often.
            _isUnsaved |= (await Task.WhenAll(job.Select(GrantAsync))).Contains(false);

            if (LeasesOf(job.Key.Tenant, job.Key.Job).FindAll(lease => !_onTheWay.Contains(lease.Id)) is { Count: > 0 } leases)
            {
                // All of them: a job that never heard of the first must not start with the last.
                await AssignAsync(job.Key.Tenant, job.Key.Job, [.. leases]);
            }

            if (_isUnsaved)
            {
                await _journal.FlushAsync();
                _isUnsaved = false;
                KickWhole();
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
        await _journal.FlushAsync();
        LogLeft(node.Name, Name, reason);
    }

    private async Task VoidLeasesAsync(string node, string reason)
    {
        _isWholeDue = true;
        _layout++;
        var leases = Book.OfNode(node).ToList();
        foreach (var job in leases.GroupBy(lease => (lease.Tenant, lease.Job)))
        {
            CountUse(Find(job.Key.Tenant, job.Key.Job));
        }

        End(leases);
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

    /// <summary>Leases on their way to a job.</summary>
    private sealed record Gift(PooledJob Job, bool IsGrowth, ImmutableArray<Lease> Leases);
}
