using System.Collections.Concurrent;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// Synchronous data-parallel training over any kind of workers: cuts each global batch by measured speed, sums up the gradients, and hands the mean out
/// with the next step. Every sample of an epoch is used exactly once, whatever happens to the workers; joining, leaving and stopping take
/// effect at step boundaries. One run per coordinator. <see cref="Join"/>, <see cref="Leave"/> and <see cref="RequestStop"/> are
/// thread-safe.
/// </summary>
public sealed class DataParallelCoordinator
{
    private readonly TrainingRunDescription _run;
    private readonly DataParallelOptions _options;
    private readonly IProgress<TrainingEvent>? _progress;
    private readonly ICheckpointStore? _store;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<ShardWorker> _joining = new();
    private readonly ConcurrentQueue<string> _leaving = new();
    private readonly WorkerGroup _group;
    private volatile bool _stopRequested;
    private int _hasRun;

    /// <summary>Prepares a run.</summary>
    /// <param name="run">What is trained on what.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told of every event, from within the loop; null for nobody.</param>
    /// <param name="store">Where checkpoints go; null for none.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DataParallelCoordinator(
        TrainingRunDescription run,
        DataParallelOptions? options = null,
        IProgress<TrainingEvent>? progress = null,
        ICheckpointStore? store = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentOutOfRangeException.ThrowIfLessThan(run.SampleCount, 1);
        _options = options ?? new DataParallelOptions();
        if (_options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(" ", errors), nameof(options));
        }

        (_run, _progress, _store) = (run, progress, store);
        _time = timeProvider ?? TimeProvider.System;
        _group = new WorkerGroup(_options, progress, _time);
    }

    /// <summary>Adds a worker; it gets the state of the others, and its first samples, at the next step boundary.</summary>
    /// <param name="worker">A worker of the same model, optimiser and data.</param>
    public void Join(ShardWorker worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        _joining.Enqueue(worker);
    }

    /// <summary>
    /// Takes a worker out at the next step boundary: its update is made, and its samples of later steps go to the others. Where nobody
    /// else is left, the run stops there with a checkpoint. Nothing where the worker is not, or no longer, in the run.
    /// </summary>
    /// <param name="worker">Name of a worker that joined before.</param>
    public void Leave(string worker)
    {
        ArgumentException.ThrowIfNullOrEmpty(worker);
        _leaving.Enqueue(worker);
    }

    /// <summary>Ends the run at the next step boundary, with a checkpoint.</summary>
    public void RequestStop() => _stopRequested = true;

    /// <summary>Trains until all epochs are done, a stop is requested, or no worker is left.</summary>
    /// <param name="resumeFrom">Where to go on; null to begin with the first worker's parameters.</param>
    /// <param name="cancellationToken">Ends the run at once, without a checkpoint.</param>
    /// <exception cref="ArgumentException">The checkpoint is of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TrainingOutcome> RunAsync(Checkpoint? resumeFrom, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _hasRun, 1) != 0)
        {
            throw new InvalidOperationException("This coordinator has run already; make a new one for every run.");
        }

        CheckResume(resumeFrom);
        var state = resumeFrom is null ? null : new ShardState(resumeFrom.Parameters, resumeFrom.Optimiser);
        state = await AdmitAsync(state, resumeFrom?.GlobalStep ?? 0, cancellationToken);
        if (state is null)
        {
            return NoWorkerLeft();
        }

        var position = resumeFrom is null
            ? new Position(0, 0, state.Optimiser.StepCount)
            : new Position(resumeFrom.Epoch, resumeFrom.StepInEpoch, resumeFrom.GlobalStep);
        var steps = new StepRunner(_group, state.Parameters.Length, _options.GradientBucketBytes / sizeof(float), _time);
        return await RunEpochsAsync(steps, position, cancellationToken);
    }

    private async Task<TrainingOutcome> RunEpochsAsync(StepRunner steps, Position position, CancellationToken cancellationToken)
    {
        var sampler = new EpochSampler(_run.SampleCount, _options.Seed);
        var plan = new BatchPlan(_run.SampleCount, _options.BatchSize);
        Checkpoint? last = null;
        while (position.Epoch < _options.Epochs)
        {
            ReadOnlyMemory<int> order = sampler.Permutation(position.Epoch);
            var epochStart = _time.GetTimestamp();
            var epochScore = default(BatchScore);
            for (; position.Step < plan.StepCount; position = position.NextStep())
            {
                if (!_joining.IsEmpty && !await AdmitJoiningAsync(steps, position.GlobalStep, cancellationToken))
                {
                    return NoWorkerLeft();
                }

                if (_stopRequested || (!_leaving.IsEmpty && !LetLeave(position.GlobalStep)))
                {
                    return await TakeCheckpointAsync(steps, position, cancellationToken) is { } stopped
                        ? new TrainingOutcome.Stopped(stopped)
                        : NoWorkerLeft();
                }

                var next = position.Step + 1 < plan.StepCount ? order[plan.Positions(position.Step + 1)] : default;
                var step = await steps.RunAsync(position.GlobalStep, order[plan.Positions(position.Step)], next, cancellationToken);
                if (step is null)
                {
                    return NoWorkerLeft();
                }

                epochScore += step.Score;
                _progress?.Report(new TrainingEvent.StepCompleted(
                    position.Epoch, position.Step, plan.StepCount, position.GlobalStep, step.Score, step.Duration, step.Workers));
                if (!double.IsFinite(step.Score.LossSum))
                {
                    return new TrainingOutcome.Failed(
                        $"The loss of step {position.GlobalStep} is {step.Score.Loss}: training diverged. Lower the learning rate and begin again.");
                }

                if ((position.GlobalStep + 1) % _options.RebalanceEverySteps == 0 && _group.Rebalance())
                {
                    _progress?.Report(new TrainingEvent.Rebalanced(position.GlobalStep + 1, [.. _group.Shares(_options.BatchSize)]));
                }
            }

            _progress?.Report(new TrainingEvent.EpochCompleted(position.Epoch, epochScore, _time.GetElapsedTime(epochStart)));
            position = position.NextEpoch();
            if (position.Epoch % _options.CheckpointEveryEpochs == 0 || position.Epoch == _options.Epochs)
            {
                last = await TakeCheckpointAsync(steps, position, cancellationToken);
                if (last is null)
                {
                    return NoWorkerLeft();
                }
            }
        }

        // Null only if the run was complete before it began.
        last ??= await TakeCheckpointAsync(steps, position, cancellationToken);
        return last is null ? NoWorkerLeft() : new TrainingOutcome.Completed(last);
    }

    /// <summary>Takes out those who want to go; false where nobody would stay: then all do, until their state is in a checkpoint.</summary>
    private bool LetLeave(long globalStep)
    {
        var leaving = new List<WorkerGroup.Member>();
        while (_leaving.TryDequeue(out var name))
        {
            leaving.AddRange(_group.Members.Where(member => member.Worker.Name == name && !leaving.Contains(member)));
        }

        if (leaving.Count > 0 && leaving.Count == _group.Count)
        {
            return false;
        }

        foreach (var member in leaving)
        {
            _group.Leave(member, globalStep);
        }

        return true;
    }

    private async Task<bool> AdmitJoiningAsync(StepRunner steps, long globalStep, CancellationToken cancellationToken)
    {
        await steps.FlushAsync(globalStep, cancellationToken);
        var state = await ExportAsync(globalStep, cancellationToken);
        return state is not null && await AdmitAsync(state, globalStep, cancellationToken) is not null;
    }

    /// <summary>
    /// Takes the waiting workers in and gives them the state, or that of the first of them that answers. Null if no worker is left.
    /// </summary>
    private async Task<ShardState?> AdmitAsync(ShardState? state, long globalStep, CancellationToken cancellationToken)
    {
        var known = _group.Members.ToHashSet();
        while (_joining.TryDequeue(out var worker))
        {
            _group.Add(worker);
        }

        state ??= await ExportAsync(globalStep, cancellationToken);
        if (state is null)
        {
            return null;
        }

        var joined = _group.Members.Where(member => !known.Contains(member)).ToArray();
        var answers = await _group.CallAsync(
            joined,
            async (member, _, token) =>
            {
                await member.Worker.Channel.ImportAsync(state, token);
                return true;
            },
            globalStep,
            cancellationToken);
        for (var i = 0; i < joined.Length; i++)
        {
            if (answers[i] is not null)
            {
                _progress?.Report(new TrainingEvent.WorkerJoined(joined[i].Worker.Name));
            }
        }

        return _group.Count > 0 ? state : null;
    }

    /// <summary>The state of the worker of lowest rank that answers; all have the same.</summary>
    private async Task<ShardState?> ExportAsync(long globalStep, CancellationToken cancellationToken)
    {
        while (_group.Count > 0)
        {
            var answers = await _group.CallAsync(
                [_group.Members[0]], (member, _, token) => member.Worker.Channel.ExportAsync(token), globalStep, cancellationToken);
            if (answers[0] is { } answer)
            {
                return answer.Result;
            }
        }

        return null;
    }

    private async Task<Checkpoint?> TakeCheckpointAsync(StepRunner steps, Position position, CancellationToken cancellationToken)
    {
        await steps.FlushAsync(position.GlobalStep, cancellationToken);
        if (await ExportAsync(position.GlobalStep, cancellationToken) is not { } state)
        {
            return null;
        }

        var checkpoint = new Checkpoint
        {
            Epoch = position.Epoch,
            StepInEpoch = position.Step,
            GlobalStep = position.GlobalStep,
            Seed = _options.Seed,
            BatchSize = _options.BatchSize,
            SampleCount = _run.SampleCount,
            ModelHash = _run.ModelHash,
            DatasetHash = _run.DatasetHash,
            Parameters = state.Parameters,
            Optimiser = state.Optimiser,
        };
        if (_store is not null)
        {
            await _store.SaveAsync(checkpoint, cancellationToken);
            _progress?.Report(new TrainingEvent.CheckpointSaved(position.Epoch, position.Step, position.GlobalStep));
        }

        return checkpoint;
    }

    private void CheckResume(Checkpoint? checkpoint)
    {
        if (checkpoint is null)
        {
            return;
        }

        if (checkpoint.ModelHash != _run.ModelHash || checkpoint.DatasetHash != _run.DatasetHash || checkpoint.SampleCount != _run.SampleCount)
        {
            throw new ArgumentException(
                $"The checkpoint is of model {checkpoint.ModelHash} and data {checkpoint.DatasetHash} ({checkpoint.SampleCount} samples); " +
                $"this run is of model {_run.ModelHash} and data {_run.DatasetHash} ({_run.SampleCount} samples).",
                nameof(checkpoint));
        }

        // At the beginning of an epoch, seed and batch size may change; within one, they decide which samples are left.
        if (checkpoint.StepInEpoch > 0 && (checkpoint.Seed != _options.Seed || checkpoint.BatchSize != _options.BatchSize))
        {
            throw new ArgumentException(
                $"The checkpoint is within an epoch of seed {checkpoint.Seed} and batch size {checkpoint.BatchSize}; " +
                $"this run has seed {_options.Seed} and batch size {_options.BatchSize}. Resume with the same.",
                nameof(checkpoint));
        }
    }

    private TrainingOutcome.Failed NoWorkerLeft() =>
        new($"No worker is left; the last loss was {_group.LastLoss}. Add workers and resume from the last checkpoint.");

    private readonly record struct Position(int Epoch, int Step, long GlobalStep)
    {
        public Position NextStep() => new(Epoch, Step + 1, GlobalStep + 1);

        public Position NextEpoch() => new(Epoch + 1, 0, GlobalStep);
    }
}
