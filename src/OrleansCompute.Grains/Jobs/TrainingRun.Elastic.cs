using System.Collections.Immutable;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Placement;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Grains.Jobs;

/// <content>Growing and shrinking at step boundaries, and telling the pool that the job is there.</content>
internal sealed partial class TrainingRun
{
    // Several times within the time that a lease lasts.
    private static readonly TimeSpan RenewPeriod = TimeSpan.FromSeconds(5);

    // Where the pool chooses the batch: it learns from what it is told, and a job may last seconds.
    private static readonly TimeSpan AdaptivePeriod = TimeSpan.FromSeconds(1);
    private readonly TaskCompletionSource<(DataParallelCoordinator Coordinator, TrainingMonitor Monitor, Func<RunWorker, Task> Load)> _started =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _joins = [];

    /// <summary>Whether it has, or had, a worker under the lease.</summary>
    public bool Knows(long leaseId) => _workers.Find(leaseId) is not null;

    /// <summary>Takes more workers in at a step boundary; returns at once. A lease whose worker cannot start goes back.</summary>
    public void Grow(ImmutableArray<Lease> more)
    {
        foreach (var worker in _workers.Add(more))
        {
            var join = Task.Run(() => JoinAsync(worker));
            lock (_joins)
            {
                _joins.RemoveAll(earlier => earlier.IsCompleted);
                _joins.Add(join);
            }
        }
    }

    /// <summary>Lets workers go at a step boundary and gives their leases back; returns at once.</summary>
    public void Yield(ImmutableArray<long> leaseIds)
    {
        foreach (var id in leaseIds)
        {
            _ = Task.Run(() => LeaveAsync(id));
        }
    }

    private async Task JoinAsync(RunWorker worker)
    {
        try
        {
            var (coordinator, monitor, load) = await _started.Task.WaitAsync(_over.Token);
            await load(worker);
            if (_over.IsCancellationRequested || _workers.IsGone(worker))
            {
                // The run ended, or wants it no more, while it was loading; its lease goes with the others, or went already.
                await UnloadAsync([worker]);
                return;
            }

            monitor.Add(worker.Rank, worker.Lease);
            coordinator.Join(ToShardWorker(worker));
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The run ended first.
        }
        catch (Exception exception)
        {
            // Whatever it was: the job goes on with those it has.
            LogJoinFailed(exception, Name, generation, worker.Name);
            if (_workers.Remove(worker))
            {
                await ReturnAsync([worker.Lease.Id]);
            }
        }
    }

    private async Task LeaveAsync(long leaseId)
    {
        if (_workers.Find(leaseId) is not { } worker || _workers.IsGone(worker))
        {
            await ReturnAsync([leaseId]);
            return;
        }

        try
        {
            // Those that are to take over are in before it goes: else a job that moves as a whole would have to stop.
            Task[] joins;
            lock (_joins)
            {
                joins = [.. _joins];
            }

            await Task.WhenAll(joins);
            (await _started.Task.WaitAsync(_over.Token)).Coordinator.Leave(worker.Name);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The run ended; all leases go back.
        }
    }

    /// <summary>Called from the coordinator's loop.</summary>
    private void OnLeft(string name)
    {
        var worker = _workers[RunWorker.RankOf(name)];
        if (_workers.Remove(worker))
        {
            _ = Task.Run(async () =>
            {
                await UnloadAsync([worker]);
                await ReturnAsync([worker.Lease.Id]);
            });
        }
    }

    private async Task ReturnAsync(ImmutableArray<long> leaseIds)
    {
        var pool = grains.GetGrain<IPoolGrain>(spec.Pool);
        if (await PatientCall.RunAsync(
            () => pool.Return(spec.Tenant, spec.Name, leaseIds), clock, (exception, attempt) => LogReturnRetried(exception, Name, attempt)) is { } failure)
        {
            LogReturnFailed(failure, Name);
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(spec.Training.MaxBatchSize is null ? RenewPeriod : AdaptivePeriod, clock, _over.Token);
                try
                {
                    Follow(await grains.GetGrain<IPoolGrain>(spec.Pool).Renew(spec.Tenant, spec.Name, Report()));
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    // The pool moves to another silo, which takes less time than a lease lasts.
                    LogRenewFailed(exception, Name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private void Follow(JobAdvice advice)
    {
        if (_started.Task.IsCompletedSuccessfully)
        {
            Follow(_started.Task.Result.Coordinator, advice.BatchSize);
        }
    }

    private void Follow(DataParallelCoordinator coordinator, int batchSize)
    {
        if (spec.Training.MaxBatchSize is { } max && batchSize > 0)
        {
            // The pool is another process, perhaps of another version.
            coordinator.SetBatchSize(Math.Clamp(batchSize, spec.Training.BatchSize, max));
        }
    }

    private JobReport Report() =>
        (_started.Task.IsCompletedSuccessfully ? _started.Task.Result.Monitor.Report(rank => _workers[rank].Lease.Id) : new JobReport()) with
        {
            Leases = [.. _workers.Present.Select(worker => worker.Lease.Id)],
        };

    private static ShardWorker ToShardWorker(RunWorker worker) => new(
        worker.Name,
        new ShardGrainChannel(worker.Shard, worker.Lease.Node),
        worker.Lease.ScoreGflops > 0 ? worker.Lease.ScoreGflops * worker.Lease.ComputeShareFraction : null);

    private static async Task<ImmutableArray<T>> OnEachAsync<T>(ImmutableArray<RunWorker> workers, Func<RunWorker, Task<T>> call)
    {
        var calls = workers.Select(async worker =>
        {
            LeaseHint.Set(worker.Lease.Node);
            return await call(worker);
        });
        return [.. await Task.WhenAll(calls)];
    }

    // All at once: one that does not answer must not keep the memory of the others. A failure must not keep the job from hearing.
    private Task<ImmutableArray<bool>> UnloadAsync(ImmutableArray<RunWorker> workers) => OnEachAsync(workers, async worker =>
    {
        try
        {
            await worker.Shard.Unload();
            return true;
        }
        catch (Exception exception)
        {
            LogUnloadFailed(exception, Name, generation);
            return false;
        }
    });
}
