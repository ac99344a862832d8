using System.Collections.Concurrent;
using OrleansCompute.Training.Checkpoints;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// Synchronous data-parallel training over any kind of workers: cuts each global batch by measured speed, sums up the gradients, and hands the mean out
/// with the next step. Every sample of an epoch is used exactly once, whatever happens to the workers and to the batch size; joining, leaving,
/// stopping and another batch size take effect at step boundaries. One run per coordinator. <see cref="Join"/>, <see cref="Leave"/>,
/// <see cref="SetBatchSize"/> and <see cref="RequestStop"/> are thread-safe.
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
    private readonly BatchControl _batches;
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
        _batches = new BatchControl(_options, run.SampleCount);
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

    /// <summary>
    /// Changes the batch size from the next step boundary on. The step size follows it by the options' rule. Workers compute their part in as many
    /// passes as their memory needs, so that any batch within the options' limits can be held.
    /// </summary>
    /// <param name="batchSize">Samples of a step, from the initial batch to the options' MaxBatchSize.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside its range, or the options' batch is fixed; nothing was changed.</exception>
    public void SetBatchSize(int batchSize)
    {
        if (_options.MaxBatchSize is not { } max)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"batchSize is {batchSize}, but the batch is fixed at {_options.BatchSize}; set MaxBatchSize.");
        }

        if (batchSize < _options.BatchSize || batchSize > max)
        {
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"batchSize is {batchSize}; allowed {_options.BatchSize} to {max}.");
        }

        _batches.Request(batchSize);
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
            ? new Position(0, 0, 0, state.Optimiser.StepCount)
            : new Position(resumeFrom.Epoch, resumeFrom.StepInEpoch, _batches.Import(resumeFrom), resumeFrom.GlobalStep);
        var steps = new StepRunner(_group, state.Parameters.Length, _options.GradientBucketBytes / sizeof(float), _time);
        return await RunEpochsAsync(steps, position, cancellationToken);
    }

    private async Task<TrainingOutcome> RunEpochsAsync(StepRunner steps, Position position, CancellationToken cancellationToken)
    {
        var sampler = new EpochSampler(_run.SampleCount, _options.Seed);
        Checkpoint? last = null;
        var hasEpoch = false;
        while (!_batches.IsDone)
        {
            ReadOnlyMemory<int> order = sampler.Permutation(position.Epoch);
            var epochStart = _time.GetTimestamp();
            var epochScore = default(BatchScore);
            while (position.Sample < _run.SampleCount && !_batches.IsDone)
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

                if (_batches.Turn())
                {
                    _progress?.Report(new TrainingEvent.BatchChanged(position.GlobalStep, _batches.BatchSize));
                }

                var rest = order[position.Sample..];
                var batch = rest[..Math.Min(rest.Length, _batches.BatchSize)];
                var next = rest[batch.Length..Math.Min(rest.Length, batch.Length + _batches.BatchSize)];
                var scale = _batches.ScaleOf(batch.Length);
                var step = await steps.RunAsync(position.GlobalStep, batch, next, scale, _batches.Measures(position.GlobalStep), cancellationToken);
                if (step is null)
                {
                    return NoWorkerLeft();
                }

                epochScore += step.Score;
                var efficiency = _batches.Efficiency(_batches.BatchSize);
                _batches.Complete(batch.Length, step.Noise);
                var stepsLeft = new BatchPlan(rest.Length, _batches.BatchSize).StepCount;
                _progress?.Report(new TrainingEvent.StepCompleted(
                    position.Epoch, position.Step, position.Step + stepsLeft, position.GlobalStep, step.Score, step.Duration, step.Workers)
                {
                    BatchSize = _batches.BatchSize,
                    UsefulSamples = _batches.UsefulSamples,
                    Noise = _batches.Noise,
                    Efficiency = efficiency,
                    RateFactor = scale.RateFactor,
                });
                if (!double.IsFinite(step.Score.LossSum))
                {
                    return new TrainingOutcome.Failed(
                        $"The loss of step {position.GlobalStep} is {step.Score.Loss}: training diverged. Lower the learning rate and begin again.");
                }

                if ((position.GlobalStep + 1) % _options.RebalanceEverySteps == 0 && _group.Rebalance())
                {
                    _progress?.Report(new TrainingEvent.Rebalanced(position.GlobalStep + 1, [.. _group.Shares(_batches.BatchSize)]));
                }

                position = position.NextStep(batch.Length);
            }

            // A part of an epoch at the end says less of the loss than the whole one before it.
            var isWhole = position.Sample == _run.SampleCount;
            if (isWhole || !hasEpoch)
            {
                _progress?.Report(new TrainingEvent.EpochCompleted(position.Epoch, epochScore, _time.GetElapsedTime(epochStart)));
                hasEpoch = true;
            }

            position = isWhole ? position.NextEpoch() : position;
            if (_batches.IsDone || position.Epoch % _options.CheckpointEveryEpochs == 0)
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
            Adaptive = _batches.Export(position.Step, position.Sample),
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

        if (checkpoint.Adaptive is { } adaptive && (!adaptive.IsSound || adaptive.SampleInEpoch > _run.SampleCount))
        {
            throw new ArgumentException($"The checkpoint has the adaptive batch {adaptive}, which cannot be with {_run.SampleCount} samples. Use an earlier one.", nameof(checkpoint));
        }

        // At the beginning of an epoch, seed and batch size may change; within one, they decide which samples are left. With a batch size that
        // changes, the checkpoint says how many were used.
        if ((checkpoint.StepInEpoch > 0 || checkpoint.Adaptive?.SampleInEpoch > 0)
            && (checkpoint.Seed != _options.Seed || (checkpoint.BatchSize != _options.BatchSize && checkpoint.Adaptive is null)))
        {
            throw new ArgumentException(
                $"The checkpoint is within an epoch of seed {checkpoint.Seed} and batch size {checkpoint.BatchSize}; " +
                $"this run has seed {_options.Seed} and batch size {_options.BatchSize}. Resume with the same.",
                nameof(checkpoint));
        }
    }

    private TrainingOutcome.Failed NoWorkerLeft() =>
        new($"No worker is left; the last loss was {_group.LastLoss}. Add workers and resume from the last checkpoint.");

    /// <param name="Epoch">Zero-based.</param>
    /// <param name="Step">Steps done of the epoch.</param>
    /// <param name="Sample">Samples used of the epoch.</param>
    /// <param name="GlobalStep">Steps done.</param>
    private readonly record struct Position(int Epoch, int Step, int Sample, long GlobalStep)
    {
        public Position NextStep(int samples) => new(Epoch, Step + 1, Sample + samples, GlobalStep + 1);

        public Position NextEpoch() => new(Epoch + 1, 0, 0, GlobalStep);
    }
}
