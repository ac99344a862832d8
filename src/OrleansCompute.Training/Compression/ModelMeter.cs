using System.IO.Compression;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Onnx;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Compression;

/// <summary>Measures size, accuracy and latency of models. Not thread-safe.</summary>
public sealed class ModelMeter
{
    private const int BatchSize = 64;

    // Enough for the runtime to compile the hot paths for the second time.
    private const int WarmUpRuns = 500;

    // Runs of one model in a row: the first of a block finds the caches full of the other model.
    private const int BlockRuns = 50;
    private readonly IAccelerator _accelerator;
    private readonly TimeProvider _clock;
    private readonly SampleSet? _test;
    private readonly int _runs;

    /// <summary>Creates a meter.</summary>
    /// <param name="accelerator">Where models run; must outlive the meter.</param>
    /// <param name="clock">Measures time.</param>
    /// <param name="test">Samples for the accuracy; null: it is not measured.</param>
    /// <param name="runs">Timed runs of one sample after as many, at most 500, to warm up, 1 to 100,000. Default 500.</param>
    public ModelMeter(IAccelerator accelerator, TimeProvider clock, SampleSet? test = null, int runs = 500)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(runs, 100_000);
        (_accelerator, _clock, _test, _runs) = (accelerator, clock, test, runs);
    }

    /// <summary>Measures a model.</summary>
    /// <param name="model">One float32 input with the batch first.</param>
    /// <param name="cancellation">Ends the measurement between two runs.</param>
    public ModelMeasure Measure(TrainedModel model, CancellationToken cancellation = default) => Measure([model], cancellation)[0];

    /// <summary>
    /// Measures models that are to be compared: their timed runs take turns, so that what else the machine does, and code that becomes
    /// faster while it runs, meets all of them alike.
    /// </summary>
    /// <param name="models">Models with one float32 input, at least one.</param>
    /// <param name="cancellation">Ends the measurement between two runs.</param>
    public IReadOnlyList<ModelMeasure> Measure(IReadOnlyList<TrainedModel> models, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        var latencies = Latencies(models, cancellation);
        return [.. models.Select((model, i) => Measure(model, latencies[i], cancellation))];
    }

    private ModelMeasure Measure(TrainedModel model, double[] times, CancellationToken cancellation)
    {
        var file = OnnxExporter.Export(model.Graph, model.Parameters);
        using var deflated = new MemoryStream();
        using (var stream = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(file);
        }

        var constants = model.Graph.Nodes.SelectMany(node => node.Inputs).Where(value => value?.Constant is not null).Distinct().Select(value => value!.Constant!).ToArray();
        return new ModelMeasure(
            file.LongLength,
            deflated.Length,
            model.Parameters.LongLength + constants.Sum(tensor => (long)tensor.Shape.Elements),
            model.Parameters.LongCount(value => value != 0) + constants.Sum(tensor => tensor.ToDoubles().LongCount(value => value != 0)),
            GraphSpecialiser.BindBatch(model.Graph, 1).Cost().Flops,
            _test is null ? null : Accuracy(model, cancellation),
            times[_runs / 2],
            times[(int)((_runs - 1) * 0.9)]);
    }

    private double Accuracy(TrainedModel model, CancellationToken cancellation)
    {
        var length = _test!.CheckedLength(model);
        using var runner = new ClassifierRunner(model.Graph, model.Parameters, _accelerator, Math.Min(BatchSize, _test.Count));
        var logits = new float[runner.BatchSize * runner.ClassCount];
        var correct = 0L;
        for (var at = 0; at < _test.Count; at += runner.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(runner.BatchSize, _test.Count - at);
            var part = logits.AsSpan(0, count * runner.ClassCount);
            runner.Run(_test.Values.AsSpan(at * length, count * length), part);
            correct += LossPlan.Correct(part, _test.Labels.AsSpan(at, count), runner.ClassCount);
        }

        return (double)correct / _test.Count;
    }

    /// <summary>Sorted times of one sample in milliseconds, per model.</summary>
    private double[][] Latencies(IReadOnlyList<TrainedModel> models, CancellationToken cancellation)
    {
        var runners = new List<ClassifierRunner>();
        try
        {
            foreach (var model in models)
            {
                runners.Add(new ClassifierRunner(model.Graph, model.Parameters, _accelerator, 1));
            }

            var times = runners.Select(_ => new double[_runs]).ToArray();
            for (var at = -Math.Min(_runs, WarmUpRuns); at < _runs; at += BlockRuns)
            {
                cancellation.ThrowIfCancellationRequested();
                for (var i = 0; i < runners.Count; i++)
                {
                    Time(runners[i], times[i], at);
                }
            }

            Array.ForEach(times, Array.Sort);
            return times;
        }
        finally
        {
            runners.ForEach(runner => runner.Dispose());
        }
    }

    private void Time(ClassifierRunner runner, double[] times, int first)
    {
        var (sample, logits) = (new float[runner.SampleLength], new float[runner.ClassCount]);
        _test?.Values.AsSpan(0, Math.Min(sample.Length, _test.Values.Length)).CopyTo(sample);
        for (var i = first; i < Math.Min(first + BlockRuns, times.Length); i++)
        {
            var start = _clock.GetTimestamp();
            runner.Run(sample, logits);
            if (i >= 0)
            {
                times[i] = _clock.GetElapsedTime(start).TotalMilliseconds;
            }
        }
    }
}
