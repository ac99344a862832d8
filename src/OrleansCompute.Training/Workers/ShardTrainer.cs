using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Workers;

/// <summary>
/// The work of one worker of a data-parallel job: gradients of its samples, and updates. All workers start equal and make the same updates, hence
/// stay equal. Buffers are allocated once. Not thread-safe: run it on one accelerator's executor.
/// </summary>
public sealed class ShardTrainer
{
    private readonly IGradientModel _model;
    private readonly IOptimiser _optimiser;
    private readonly TimeProvider _time;
    private readonly ShardBatches _batches;
    private readonly SampleBatch _scored;

    // Two, so that the sum of one step can still be on its way while the next is computed.
    private readonly GradientAssembly?[] _gradients = new GradientAssembly?[2];
    private readonly Action<int, int> _takePart;
    private int _nextGradient;
    private GradientAssembly? _given;

    // The last micro-batch of the step that runs.
    private GradientAssembly? _current;
    private Action<GradientBucket>? _receive;
    private bool _isOnly;

    /// <summary>Joins a model with its data.</summary>
    /// <param name="model">Computes the gradients; its parameters are changed in place.</param>
    /// <param name="optimiser">Made for as many parameters as the model has.</param>
    /// <param name="dataset">Samples of the length and with the classes of the model.</param>
    /// <param name="timeProvider">Measures busy time; null for the system's clock.</param>
    /// <exception cref="ArgumentException">Model, optimiser and data do not fit together.</exception>
    public ShardTrainer(IGradientModel model, IOptimiser optimiser, ImageDataset dataset, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimiser);
        ArgumentNullException.ThrowIfNull(dataset);
        if (optimiser.ParameterCount != model.Parameters.Length)
        {
            throw new ArgumentException(
                $"The optimiser was made for {optimiser.ParameterCount} parameters; the model has {model.Parameters.Length}.", nameof(optimiser));
        }

        CheckFits(model, dataset);
        (_model, _optimiser) = (model, optimiser);
        _time = timeProvider ?? TimeProvider.System;
        _batches = new ShardBatches(model.MaxBatchSize, model.SampleLength, (batch, indices) => batch.Load(dataset, indices.Span));
        _scored = new SampleBatch(model.MaxBatchSize, model.SampleLength);
        _takePart = (offset, length) => _current!.Finish(offset, _model.Gradients.Span.Slice(offset, length), _isOnly, _receive);
    }

    /// <summary>Number of parameters.</summary>
    public int ParameterCount => _optimiser.ParameterCount;

    /// <summary>Updates made so far.</summary>
    public long UpdateCount => _optimiser.StepCount;

    /// <summary>Carries out a command: update first, then gradient.</summary>
    /// <param name="command">The worker's part of the step.</param>
    /// <param name="receive">Takes the buckets of the gradient, on threads that compute, one at a time, where the command asks for them; must return at once.</param>
    /// <param name="cancellationToken">Ends it, as soon as the model can, after the update or before; the gradient is then undefined.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bucket length is outside its range; nothing was changed.</exception>
    /// <exception cref="InvalidOperationException">The worker missed an update and is of no use any more.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ShardStepResult Execute(
        ShardStepCommand command, Action<GradientBucket>? receive = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        CheckBucketLength(command.GradientBucketLength);
        cancellationToken.ThrowIfCancellationRequested();
        var start = _time.GetTimestamp();
        if (command.MeanGradient is { } mean && UpdateCount == command.Step - 1)
        {
            _optimiser.Step(_model.Parameters.Span, mean.Span, command.UpdateScale);
        }

        if (UpdateCount != command.Step)
        {
            throw new InvalidOperationException(
                $"The command is for step {command.Step}, but this worker has made {UpdateCount} updates; import the state of another worker first.");
        }

        if (command.SampleIndices.IsEmpty)
        {
            return new ShardStepResult { LossSum = 0, Correct = 0, Count = 0, BusyTime = _time.GetElapsedTime(start) };
        }

        var inBuckets = command.GradientBucketLength > 0;
        if (inBuckets)
        {
            ArgumentNullException.ThrowIfNull(receive);
        }

        var gradient = NextGradient(inBuckets ? command.GradientBucketLength : ParameterCount);
        var noise = new PartNoise(command.MeasuresNoise);
        var score = Compute(command.SampleIndices, command.NextSampleIndices, gradient, inBuckets ? receive : null, noise, cancellationToken);
        return Result(score, start, inBuckets ? default : gradient.Values(0)) with { PartSquares = noise.Squares, Parts = noise.Parts, GradientScale = _model.GradientScale };
    }

    /// <summary>Sums up loss and gradient over samples; cuts them into batches of the size that the model takes.</summary>
    /// <param name="sampleIndices">Indices into the data set, at least one.</param>
    /// <param name="gradientOut">Receives the sum of the gradients; exactly <see cref="ParameterCount"/> long. The result refers to it.</param>
    /// <param name="nextSampleIndices">Samples that are probably computed next: they are loaded meanwhile. Default: not known.</param>
    public ShardStepResult Compute(ReadOnlyMemory<int> sampleIndices, float[] gradientOut, ReadOnlyMemory<int> nextSampleIndices = default)
    {
        ArgumentNullException.ThrowIfNull(gradientOut);
        if (gradientOut.Length != ParameterCount)
        {
            throw new ArgumentException($"gradientOut has {gradientOut.Length} values; the model has {ParameterCount} parameters.", nameof(gradientOut));
        }

        if (sampleIndices.IsEmpty)
        {
            throw new ArgumentException("sampleIndices is empty; give at least one sample.", nameof(sampleIndices));
        }

        var start = _time.GetTimestamp();
        if (_given?.Values(0) != gradientOut)
        {
            _given = new GradientAssembly(new GradientBucketPlan(ParameterCount, ParameterCount), [gradientOut]);
        }

        return Result(Compute(sampleIndices, nextSampleIndices, _given, null, new PartNoise(isWanted: false), CancellationToken.None), start, gradientOut);
    }

    /// <summary>Makes one update.</summary>
    /// <param name="meanGradient">Mean over the global batch, <see cref="ParameterCount"/> values.</param>
    public void Apply(ReadOnlySpan<float> meanGradient) => _optimiser.Step(_model.Parameters.Span, meanGradient);

    /// <summary>A copy of parameters and optimiser state.</summary>
    public ShardState Export() => new(_model.Parameters.ToArray(), _optimiser.Export());

    /// <summary>Takes over the state of another worker or of a checkpoint.</summary>
    /// <param name="state">State of the same model and optimiser.</param>
    /// <exception cref="ArgumentException">The state is of another model or optimiser; nothing was changed.</exception>
    public void Import(ShardState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Parameters.Length != ParameterCount)
        {
            throw new ArgumentException($"The state has {state.Parameters.Length} parameters; the model has {ParameterCount}.", nameof(state));
        }

        _optimiser.Import(state.Optimiser);
        state.Parameters.CopyTo(_model.Parameters);
    }

    /// <summary>Loss and accuracy on other data, without changing anything.</summary>
    /// <param name="dataset">Samples of the model's shape, at least one.</param>
    public BatchScore Evaluate(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        CheckFits(_model, dataset);
        var score = default(BatchScore);
        using var evaluator = _model.CreateEvaluator();
        var indices = new int[Math.Min(_model.MaxBatchSize, dataset.Count)];
        for (var first = 0; first < dataset.Count; first += indices.Length)
        {
            var count = Math.Min(indices.Length, dataset.Count - first);
            for (var i = 0; i < count; i++)
            {
                indices[i] = first + i;
            }

            _scored.Load(dataset, indices.AsSpan(0, count));
            score += evaluator.Evaluate(_scored.Inputs.Span, _scored.Labels.Span);
        }

        return score;
    }

    /// <summary>SHA-256 of the parameters' bytes, lower-case hex: equal on workers that are equal to the last bit.</summary>
    public string ParameterHash() => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(_model.Parameters.Span)));

    private BatchScore Compute(
        ReadOnlyMemory<int> sampleIndices,
        ReadOnlyMemory<int> nextSampleIndices,
        GradientAssembly gradient,
        Action<GradientBucket>? receive,
        PartNoise noise,
        CancellationToken cancellationToken)
    {
        var score = default(BatchScore);
        while (!sampleIndices.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(sampleIndices.Length, _model.MaxBatchSize);
            var batch = _batches.Take(sampleIndices[..count]);
            sampleIndices = sampleIndices[count..];
            _batches.LoadAhead(sampleIndices.IsEmpty ? nextSampleIndices : sampleIndices);
            var isFirst = score.Count == 0;
            if (receive is null || !sampleIndices.IsEmpty)
            {
                score += _model.ForwardBackward(batch.Inputs.Span, batch.Labels.Span, cancellationToken);
                gradient.Add(_model.Gradients.Span, isFirst);
                noise.Take(_model.Gradients.Span, count);
                continue;
            }

            // Nothing that the last micro-batch has announced changes any more: it can travel.
            gradient.BeginLast();
            (_current, _receive, _isOnly) = (gradient, receive, isFirst);
            _model.GradientReady = _takePart;
            try
            {
                score += _model.ForwardBackward(batch.Inputs.Span, batch.Labels.Span, cancellationToken);
            }
            finally
            {
                _model.GradientReady = null;
                (_current, _receive) = (null, null);
            }

            gradient.FinishRest(_model.Gradients.Span, isFirst, receive);
            noise.Take(_model.Gradients.Span, count);
        }

        return score;
    }

    /// <summary>The command may come from another process: memory and messages of a step grow with the number of buckets.</summary>
    private void CheckBucketLength(int gradientBucketLength)
    {
        var min = GradientBucketPlan.MinLength(ParameterCount);
        if (gradientBucketLength != 0 && gradientBucketLength < min)
        {
            throw new ArgumentOutOfRangeException(
                nameof(gradientBucketLength),
                gradientBucketLength,
                $"GradientBucketLength is {gradientBucketLength}; allowed 0 (the gradient as a whole), or {min} and more for {ParameterCount} parameters.");
        }
    }

    private GradientAssembly NextGradient(int bucketLength)
    {
        ref var gradient = ref _gradients[_nextGradient];
        _nextGradient = 1 - _nextGradient;
        bucketLength = Math.Min(bucketLength, ParameterCount);
        return gradient is not null && gradient.Plan.BucketLength == bucketLength
            ? gradient
            : gradient = new GradientAssembly(new GradientBucketPlan(ParameterCount, bucketLength));
    }

    private ShardStepResult Result(BatchScore score, long start, ReadOnlyMemory<float> gradient) => new()
    {
        LossSum = score.LossSum,
        Correct = score.Correct,
        Count = score.Count,
        BusyTime = _time.GetElapsedTime(start),
        GradientSum = gradient,
    };

    private static void CheckFits(IGradientModel model, ImageDataset dataset)
    {
        if (dataset.SampleLength != model.SampleLength || dataset.ClassCount > model.ClassCount)
        {
            throw new ArgumentException(
                $"The data has samples of {dataset.SampleLength} values and {dataset.ClassCount} classes; " +
                $"the model takes {model.SampleLength} values and has {model.ClassCount} classes.",
                nameof(dataset));
        }
    }
}
