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
    private readonly float[][] _gradients;
    private int _nextGradient;

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
        _gradients = [new float[ParameterCount], new float[ParameterCount]];
    }

    /// <summary>Number of parameters.</summary>
    public int ParameterCount => _optimiser.ParameterCount;

    /// <summary>Updates made so far.</summary>
    public long UpdateCount => _optimiser.StepCount;

    /// <summary>Carries out a command: update first, then gradient.</summary>
    /// <param name="command">The worker's part of the step.</param>
    /// <exception cref="InvalidOperationException">The worker missed an update and is of no use any more.</exception>
    public ShardStepResult Execute(ShardStepCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var start = _time.GetTimestamp();
        if (command.MeanGradient is { } mean && UpdateCount == command.Step - 1)
        {
            Apply(mean.Span);
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

        var gradient = _gradients[_nextGradient];
        _nextGradient = 1 - _nextGradient;
        var result = Compute(command.SampleIndices, gradient, command.NextSampleIndices);
        return result with { BusyTime = _time.GetElapsedTime(start) };
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
        var score = default(BatchScore);
        while (!sampleIndices.IsEmpty)
        {
            var count = Math.Min(sampleIndices.Length, _model.MaxBatchSize);
            var batch = _batches.Take(sampleIndices[..count]);
            sampleIndices = sampleIndices[count..];
            _batches.LoadAhead(sampleIndices.IsEmpty ? nextSampleIndices : sampleIndices);
            var isFirst = score.Count == 0;
            score += _model.ForwardBackward(batch.Inputs.Span, batch.Labels.Span);
            if (isFirst)
            {
                _model.Gradients.Span.CopyTo(gradientOut);
            }
            else
            {
                GradientReducer.AddTo(gradientOut, _model.Gradients.Span);
            }
        }

        return new ShardStepResult
        {
            LossSum = score.LossSum,
            Correct = score.Correct,
            Count = score.Count,
            BusyTime = _time.GetElapsedTime(start),
            GradientSum = gradientOut,
        };
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
