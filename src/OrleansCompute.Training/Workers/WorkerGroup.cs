using System.Numerics;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>The workers of a run in order of rank, their shares, and calls to them: who fails is removed and reported. Not thread-safe.</summary>
internal sealed class WorkerGroup(DataParallelOptions options, IProgress<TrainingEvent>? progress, TimeProvider time)
{
    private readonly List<Member> _members = [];
    private readonly ShareBalancer _balancer = new(options.Balancer);
    private int _nextRank;

    public int Count => _members.Count;

    public string LastLoss { get; private set; } = "no worker joined";

    public IReadOnlyList<Member> Members => _members;

    public void Add(ShardWorker worker)
    {
        _members.Add(new Member(worker, _nextRank++));
        _balancer.Add(worker.SamplesPerSecond);
    }

    /// <summary>
    /// Samples of each worker. Where the batch may change, in sixteenths of a usual share: a worker compiles a plan for each size, which takes as long
    /// as fifty steps of a small network, and shares of large batches would seldom be the same twice.
    /// </summary>
    public int[] Shares(int batchSize)
    {
        var unit = options.MaxBatchSize is null ? 1 : Math.Max(1, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, batchSize / Math.Max(1, Count))) / 16);
        if (unit == 1)
        {
            return _balancer.Shares(batchSize);
        }

        var shares = _balancer.Shares(batchSize / unit);
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] *= unit;
        }

        // What is no whole unit is least on the worker that has most.
        shares[Array.IndexOf(shares, shares.Max())] += batchSize % unit;
        return shares;
    }

    public double SamplesPerSecond(int index) => _balancer.SamplesPerSecond(index);

    public bool Rebalance() => _balancer.Rebalance();

    /// <summary>Notes a worker's speed, unless it is still warming up.</summary>
    public void Observe(Member member, ShardStepResult result, TimeSpan turnaround)
    {
        if (member.StepCount++ < options.WarmupSteps)
        {
            return;
        }

        // The step keeps the worker for busy / share; on a slow link the way there and back takes longer than that.
        var occupied = result.BusyTime / Math.Clamp(result.ComputeShare, 1e-3, 1);
        _balancer.Observe(_members.IndexOf(member), result.Count, occupied > turnaround ? occupied : turnaround);
    }

    /// <summary>Calls several workers at the same time and waits for all. Null in the place of those that failed, which are removed.</summary>
    public async Task<(T Result, TimeSpan Turnaround)?[]> CallAsync<T>(
        IReadOnlyList<Member> members, Func<Member, int, CancellationToken, Task<T>> call, long globalStep, CancellationToken cancellationToken)
    {
        var calls = members.Select((member, index) => CallOneAsync(token => call(member, index, token), cancellationToken)).ToArray();
        var answers = await Task.WhenAll(calls);
        cancellationToken.ThrowIfCancellationRequested();
        var results = new (T, TimeSpan)?[answers.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i].Failure is { } reason)
            {
                Remove(members[i], globalStep, reason);
            }
            else
            {
                results[i] = (answers[i].Result!, answers[i].Turnaround);
            }
        }

        return results;
    }

    /// <summary>Takes a worker out because of what it answered.</summary>
    public void Remove(Member member, long globalStep, string reason)
    {
        TakeOut(member);
        LastLoss = $"worker '{member.Worker.Name}': {reason}";
        progress?.Report(new TrainingEvent.WorkerLost(member.Worker.Name, globalStep, reason));
    }

    /// <summary>Takes a worker out that was asked to go.</summary>
    public void Leave(Member member, long globalStep)
    {
        TakeOut(member);
        progress?.Report(new TrainingEvent.WorkerLeft(member.Worker.Name, globalStep));
    }

    private void TakeOut(Member member)
    {
        var index = _members.IndexOf(member);
        _members.RemoveAt(index);
        _balancer.Remove(index);
    }

    private async Task<(T? Result, TimeSpan Turnaround, string? Failure)> CallOneAsync<T>(
        Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T>? task = null;
        try
        {
            task = call(abandon.Token);
            var result = await task.WaitAsync(options.WorkerTimeout, time, cancellationToken);
            return (result, time.GetElapsedTime(start), null);
        }
#pragma warning disable CA1031 // Whatever a channel throws means the same: this worker is lost, and the job goes on without it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await abandon.CancelAsync();
            // What an abandoned call throws later is of no interest, but must not surface as an unobserved exception.
            _ = task?.ContinueWith(
                static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            var isTimeout = e is TimeoutException && task is { IsCompleted: false };
            return (default, default, isTimeout ? $"no answer within {options.WorkerTimeout}" : $"{e.GetType().Name}: {e.Message}");
        }
    }

    internal sealed class Member(ShardWorker worker, int rank)
    {
        public ShardWorker Worker { get; } = worker;

        public int Rank { get; } = rank;

        public int StepCount { get; set; }
    }
}
