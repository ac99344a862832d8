using System.Collections.Immutable;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Jobs;

/// <content>What the pool gives and takes.</content>
internal sealed partial class JobGrain
{
    private string? _startFailure;

    public async Task Assign(ImmutableArray<Lease> leases)
    {
        await StoreAsync();
        if (State.State == JobState.Running)
        {
            // The pool tells again what it does not know to have arrived.
            leases = [.. leases.Where(lease => !State.Leases.Exists(known => known.Id == lease.Id) && _run?.Knows(lease.Id) != true)];
            if (_run is null)
            {
                // Stored as running, and then the run could not be made: nobody else would ever end it.
                State.Leases.AddRange(leases);
                await Broke(State.Generation, $"The run did not start: {_startFailure ?? "unknown cause"}", isTransient: true);
                return;
            }

            if (!leases.IsEmpty)
            {
                State.Leases.AddRange(leases);
                Note($"Got {leases.Length} more accelerators: {Describe(leases)}.");
                await StoreAsync(() => _run?.Grow(leases));
            }

            return;
        }

        if (State.State != JobState.Queued)
        {
            // Cancelled while the pool decided: the leases go back.
            runs.ReleaseInBackground(Key.Tenant, Key.Job, State.Spec?.Pool ?? leases[0].Pool, HasEnded ? _run : null);
            return;
        }

        if (leases.Length < State.Spec!.Resources.MinAccelerators)
        {
            // The rest of a run that was over before the pool heard of it.
            runs.ReturnInBackground(Key.Tenant, Key.Job, State.Spec.Pool, [.. leases.Select(lease => lease.Id)]);
            return;
        }

        State.Generation++;
        State.State = JobState.Running;
        State.StartedAt ??= clock.GetUtcNow();
        State.Leases = [.. leases];

        // What was trained beyond the checkpoint is trained again.
        State.LossCurve.RemoveAll(point => point.Step > State.CheckpointStep);
        Note($"Got {leases.Length} accelerators: {Describe(leases)}.");
        await StoreAsync(() => Start(leases));
    }

    public async Task Yield(ImmutableArray<long> leaseIds, string reason)
    {
        await StoreAsync();
        if (State.State != JobState.Running || _run is not { } run)
        {
            // Nothing runs on them.
            runs.ReturnInBackground(Key.Tenant, Key.Job, State.Spec?.Pool ?? "default", leaseIds);
        }
        else
        {
            // They stay in the state, so that a run that breaks first gives them back as well.
            Note($"Gives {leaseIds.Length} accelerators back: {reason}");
            run.Yield(leaseIds);
        }
    }

    public async Task Revoke(ImmutableArray<long> leaseIds, string reason)
    {
        await StoreAsync();
        State.Leases.RemoveAll(lease => leaseIds.Contains(lease.Id));
        if (HasEnded)
        {
            // A silo that was to give them back went before it did.
            Release(_run);
            return;
        }

        if (State.State != JobState.Running || leaseIds.IsEmpty)
        {
            return;
        }

        Note($"Lost {leaseIds.Length} accelerators: {reason}.");
        if (_run is null)
        {
            // The run died with the process that held it.
            await RequeueAsync($"{reason}; goes on from the last checkpoint.");
        }
        else
        {
            await storage.WriteStateAsync();
        }
    }

    private void Start(ImmutableArray<Lease> leases)
    {
        try
        {
            _run = runs.Start(State.Spec!, State.Generation, leases, State.CheckpointSha256);
        }
        catch (Exception exception)
        {
            // The pool, which hears of it, tells of the leases again.
            _startFailure = exception.Message;
            throw;
        }
    }

    private static string Describe(ImmutableArray<Lease> leases) =>
        string.Join(", ", leases.Select(lease => lease.ComputeShareFraction < 1
            ? $"{lease.ComputeShareFraction} of {lease.Node}/{lease.Accelerator}"
            : $"{lease.Node}/{lease.Accelerator}"));
}
