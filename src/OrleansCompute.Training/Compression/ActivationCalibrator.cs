using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Compression;

/// <summary>Finds the ranges of activations by running a model on samples. Not thread-safe.</summary>
public sealed class ActivationCalibrator
{
    private readonly IAccelerator _accelerator;
    private readonly QuantisationOptions _options;

    /// <summary>Creates a calibrator.</summary>
    /// <param name="accelerator">Where the model runs; must outlive the calibrator.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ActivationCalibrator(IAccelerator accelerator, QuantisationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        _options = options ?? new QuantisationOptions();
        OptionChecks.Throw(_options.Validate(), nameof(options));
        _accelerator = accelerator;
    }

    /// <summary>Ranges of all float32 values that the model is given or computes.</summary>
    /// <param name="model">One float32 input with the batch first.</param>
    /// <param name="samples">Samples one after another, at least one; a few hundred suffice.</param>
    /// <exception cref="ArgumentException">The samples do not fit the model.</exception>
    public IReadOnlyDictionary<GraphValue, ActivationRange> Run(TrainedModel model, ReadOnlySpan<float> samples)
    {
        ArgumentNullException.ThrowIfNull(model);
        var input = SampleShapes.Input(model.Graph);
        var length = SampleShapes.Length(input);
        if (samples.IsEmpty || samples.Length % length != 0)
        {
            throw new ArgumentException($"There are {samples.Length} values; a sample has {length}, and at least one is needed.", nameof(samples));
        }

        GraphValue[] values = [input, .. model.Graph.Nodes.SelectMany(node => node.Outputs).Where(value => value.Type.ElementType == ElementType.Float32)];
        var histograms = values.Select(_ => new ActivationHistogram()).ToArray();
        var graph = model.Graph.WithOutputs(values[1..]);
        ForEachBatch(graph, model, samples, length, (i, data) => histograms[i].AddRange(data));
        if (_options.Calibration != CalibrationMethod.MinMax)
        {
            ForEachBatch(graph, model, samples, length, (i, data) => histograms[i].AddCounts(data));
        }

        return values.Index().ToDictionary(pair => pair.Item, pair => histograms[pair.Index].Range(_options.Calibration, _options.Tail));
    }

    private void ForEachBatch(Graph graph, TrainedModel model, ReadOnlySpan<float> samples, int length, Action<int, ReadOnlySpan<float>> use)
    {
        var interpreter = new GraphInterpreter(_accelerator);
        using var parameters = ToDevice(Tensor.Of<float>(new Shape(model.Parameters.Length), model.Parameters));
        for (var at = 0; at < samples.Length; at += _options.BatchSize * length)
        {
            var batch = samples.Slice(at, Math.Min(_options.BatchSize * length, samples.Length - at));
            use(0, batch);
            using var input = ToDevice(Tensor.Of(SampleShapes.Batch(model.Graph.Inputs[0], batch.Length / length), batch));
            var outputs = interpreter.Run(graph, [input], parameters);
            for (var i = 0; i < outputs.Count; i++)
            {
                using var output = outputs[i];
                using var dense = output.Contiguous(_accelerator.Memory);
                using var host = Tensor.Zeros(dense.Type);
                _accelerator.CopyToHost(dense, host);
                use(i + 1, host.AsSpan<float>());
            }
        }
    }

    private Tensor ToDevice(Tensor host)
    {
        var tensor = _accelerator.Memory.Allocate(host.Type);
        _accelerator.CopyToDevice(host, tensor);
        host.Dispose();
        return tensor;
    }
}
