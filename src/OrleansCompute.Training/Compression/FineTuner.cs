using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Data;
using OrleansCompute.Training.Models;
using OrleansCompute.Training.Optimisers;
using OrleansCompute.Training.Optimisers.Schedules;

namespace OrleansCompute.Training.Compression;

/// <summary>Trains a model on samples in memory, on one accelerator: what follows pruning and factorisation, and distillation. Not thread-safe.</summary>
public sealed class FineTuner
{
    private readonly IAccelerator _accelerator;
    private readonly FineTuneOptions _options;

    /// <summary>Creates a tuner.</summary>
    /// <param name="accelerator">Where models run; must outlive the tuner.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public FineTuner(IAccelerator accelerator, FineTuneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        _options = options ?? new FineTuneOptions();
        OptionChecks.Throw(_options.Validate(), nameof(options));
        _accelerator = accelerator;
    }

    /// <summary>Steps of a run over so many samples.</summary>
    /// <param name="samples">Number of samples.</param>
    public long Steps(int samples) => (long)_options.Epochs * ((samples + _options.BatchSize - 1) / _options.BatchSize);

    /// <summary>Trains with cross-entropy.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Labelled samples.</param>
    /// <param name="wrap">Puts something around the optimiser, such as <see cref="PruningOptimiser"/>; null for nothing.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>The same graph with new parameters.</returns>
    public TrainedModel Train(TrainedModel model, SampleSet samples, Func<IOptimiser, IOptimiser>? wrap = null, CancellationToken cancellation = default) =>
        Run(model, samples, LossGraphs.CrossEntropy, wrap, null, cancellation);

    /// <summary>Trains a student to give what its teacher gives.</summary>
    /// <param name="student">The model that is trained.</param>
    /// <param name="teacher">A model with the same input and classes.</param>
    /// <param name="samples">Labelled samples.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <returns>The student's graph with new parameters.</returns>
    /// <exception cref="ArgumentException">The models do not fit together, or an option is out of range.</exception>
    public TrainedModel Distil(TrainedModel student, TrainedModel teacher, SampleSet samples, DistillationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        options ??= new DistillationOptions();
        OptionChecks.Throw(options.Validate(), nameof(options));
        using var runner = new ClassifierRunner(teacher.Graph, teacher.Parameters, _accelerator, _options.BatchSize);
        if (student.Graph.Outputs[0].Type.Shape.Rank != 2 || runner.ClassCount != student.Graph.Outputs[0].Type.Shape[1]
            || runner.SampleLength != SampleShapes.Length(SampleShapes.Input(student.Graph)))
        {
            throw new ArgumentException(
                $"The teacher takes {runner.SampleLength} values and gives {runner.ClassCount} classes; the student is {student.Graph.Inputs[0]} to {student.Graph.Outputs[0]}.", nameof(teacher));
        }

        return Run(student, samples, LossGraphs.Distillation(options.Temperature, options.Alpha), null, inputs => Soften(runner, inputs, options.Temperature), cancellation);
    }

    private static Tensor Soften(ClassifierRunner teacher, ReadOnlyMemory<float> inputs, double temperature)
    {
        var probabilities = new float[inputs.Length / teacher.SampleLength * teacher.ClassCount];
        teacher.Run(inputs.Span, probabilities);
        for (var at = 0; at < probabilities.Length; at += teacher.ClassCount)
        {
            var row = probabilities.AsSpan(at, teacher.ClassCount);
            System.Numerics.Tensors.TensorPrimitives.Divide(row, (float)temperature, row);
            System.Numerics.Tensors.TensorPrimitives.SoftMax(row, row);
        }

        return Tensor.Of<float>(new Shape(probabilities.Length / teacher.ClassCount, teacher.ClassCount), probabilities);
    }

    private TrainedModel Run(
        TrainedModel model, SampleSet samples, LossGraph loss, Func<IOptimiser, IOptimiser>? wrap, Func<ReadOnlyMemory<float>, Tensor>? extra, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(samples);
        var length = samples.CheckedLength(model);
        if (_options.Epochs == 0)
        {
            return model;
        }

        using var plan = new LossPlan(model.Graph, _accelerator, loss);
        var parameters = (float[])model.Parameters.Clone();
        var gradients = new float[parameters.Length];
        IOptimiser optimiser = new AdamOptimiser(parameters.Length, new AdamOptions { Schedule = new CosineRate(_options.LearningRate, Math.Max(1, Steps(samples.Count))) });
        optimiser = wrap?.Invoke(optimiser) ?? optimiser;
        var sampler = new EpochSampler(samples.Count, _options.Seed);
        var batches = new BatchPlan(samples.Count, _options.BatchSize);
        int[] order = [];
        SampleBatch[] buffers = [.. Enumerable.Range(0, 3).Select(_ => new SampleBatch(Math.Min(samples.Count, _options.BatchSize), length))];
        using var loader = new Prefetcher<SampleBatch>(buffers, Steps(samples.Count), (step, batch, _) =>
        {
            var (epoch, inEpoch) = ((int)(step / batches.StepCount), (int)(step % batches.StepCount));
            order = inEpoch == 0 ? sampler.Permutation(epoch) : order;
            samples.Load(order.AsSpan(batches.Positions(inEpoch)), batch, length);
        }, cancellation);
        while (loader.Next() is { } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var more = extra?.Invoke(batch.Inputs);
            plan.Run(batch.Inputs.Span, batch.Labels.Span, parameters, gradients, CancellationToken.None, more is null ? [] : [more]);
            System.Numerics.Tensors.TensorPrimitives.Divide(gradients, batch.Count, gradients);
            optimiser.Step(parameters, gradients);
        }

        return model with { Parameters = parameters };
    }
}
