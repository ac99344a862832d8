using OrleansCompute.Tensors.Accelerators.Collectives;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators.Scoring;

/// <summary>
/// Measures an accelerator: products, convolution, attention, memory, launches, copies, all-reduce. What runs is what models run: compiled
/// graphs. Medians of several samples, with the processor time beside them. What has no kernel of the accelerator is left out, not measured
/// on the host in its name. Not thread-safe, and nothing else should run.
/// </summary>
public sealed class AcceleratorScorer
{
    private const int CopyElements = 1 << 22;
    private const int ReduceElements = 1 << 20;
    private static readonly string[] TrainingParts = ["gemm-f32-256", "conv-forward", "conv-input-gradient", "conv-weight-gradient"];

    private readonly IAccelerator _accelerator;
    private readonly TimeProvider _clock;
    private readonly ScoreOptions _options;
    private readonly List<ScoreMeasurement> _lines = [];

    /// <summary>Prepares measurements.</summary>
    /// <param name="accelerator">What to measure.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="options">How; default: medians of 5 samples of 20 ms or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public AcceleratorScorer(IAccelerator accelerator, TimeProvider clock, ScoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(clock);
        (_accelerator, _clock, _options) = (accelerator, clock, options ?? new ScoreOptions());
        _options.Check();
    }

    /// <summary>Measures everything: some seconds.</summary>
    /// <param name="node">Name of the machine, for the card.</param>
    /// <param name="name">Name by which the catalogue opens the accelerator, for the card.</param>
    /// <param name="threads">Threads that one kernel may use, for the card.</param>
    /// <param name="cancellation">Ends it between two measurements.</param>
    public ScoreCard Measure(string node, string name, int threads, CancellationToken cancellation = default)
    {
        _lines.Clear();
        foreach (var measure in All())
        {
            cancellation.ThrowIfCancellationRequested();
            measure();
        }

        return new ScoreCard(
            1, node, name, _accelerator.Info.Name, _accelerator.Kernels.Name, threads, _clock.GetUtcNow(), TrainingGflops(), [.. _lines]);
    }

    /// <summary>Measures only what <see cref="ScoreCard.TrainingGflops"/> is made of; 0 when the accelerator has no kernel for a part.</summary>
    public double MeasureTraining()
    {
        _lines.Clear();
        Product(256, ElementType.Float32, "f32");
        Convolutions();
        return TrainingGflops();
    }

    private static void Fill(Tensor tensor)
    {
        // Sines: no zeros, no tiny numbers, and the same on every node.
        var values = new double[tensor.Shape.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = tensor.ElementType.IsFloatingPoint() ? Math.Sin(i + 1) : (i % 13) - 6;
        }

        HostElements.StoreReals(tensor, values);
    }

    private IEnumerable<Action> All()
    {
        foreach (var size in (int[])[64, 128, 256, 509, 512, 1024])
        {
            yield return () => Product(size, ElementType.Float32, "f32");
        }

        foreach (var (type, suffix) in ((ElementType, string)[])[(ElementType.Float16, "f16"), (ElementType.BFloat16, "bf16"), (ElementType.Int8, "i8")])
        {
            foreach (var size in (int[])[128, 512, 1024])
            {
                yield return () => Product(size, type, suffix);
            }
        }

        yield return Convolutions;
        yield return () => Graph("attention", "GFLOP/s", 4.0 * 16 * 64 * 64 * 32 / 1e9, ScoreGraphs.Attention(16, 64, 32));
        yield return () => Graph("memory", "GB/s", 3.0 * CopyElements * sizeof(float) / 1e9, ScoreGraphs.Sum(CopyElements));
        yield return () => Graph("launch", "us", ScoreGraphs.ChainLength, ScoreGraphs.Chain(), optimise: false);
        yield return Copies;
        yield return AllReduce;
    }

    private void Product(int size, ElementType type, string suffix) =>
        Graph($"gemm-{suffix}-{size}", "GFLOP/s", 2.0 * size * size * size / 1e9, ScoreGraphs.Product(size, type));

    private void Convolutions()
    {
        var work = ScoreGraphs.ConvolutionFlops / 1e9;
        Graph("conv-forward", "GFLOP/s", work, ScoreGraphs.Convolution());
        Graph("conv-input-gradient", "GFLOP/s", work, ScoreGraphs.ConvolutionInputGradient());
        Graph("conv-weight-gradient", "GFLOP/s", work, ScoreGraphs.ConvolutionWeightGradient());
    }

    /// <summary>Operations of the parts over the sum of their times.</summary>
    private double TrainingGflops()
    {
        var parts = _lines.Where(line => TrainingParts.Contains(line.Name) && line.Value is > 0).ToList();
        return parts.Count < TrainingParts.Length ? 0 : parts.Sum(part => part.Value!.Value * part.SecondsPerCall) / parts.Sum(part => part.SecondsPerCall);
    }

    private void Graph(string name, string unit, double work, Graph graph, bool optimise = true)
    {
        CompiledGraph compiled;
        try
        {
            compiled = new CompiledGraph(graph, _accelerator, new CompileOptions { Optimise = optimise });
        }
        catch (Exception exception) when (exception is NotSupportedException or MemoryBudgetException)
        {
            LeaveOut(name, unit, exception.Message);
            return;
        }

        using (compiled)
        {
            if (compiled.Calls.FirstOrDefault(call => call.Library != _accelerator.Kernels.Name) is { Operator: { } missing })
            {
                LeaveOut(name, unit, $"{_accelerator.Kernels.Name} has no kernel for {missing} of this type");
                return;
            }

            var expected = unit == "GFLOP/s" && _lines.LastOrDefault(line => line.Unit == unit && line.Value is > 0) is { } before
                ? work / before.Value!.Value * (_options.Runs + 1)
                : 0;
            if (expected > _options.MeasurementLimit.TotalSeconds)
            {
                LeaveOut(name, unit, $"would take {expected:0} s; the limit is {_options.MeasurementLimit.TotalSeconds:0} s");
                return;
            }

            foreach (var input in compiled.Inputs)
            {
                using var host = Tensor.Zeros(input.Type);
                Fill(host);
                _accelerator.CopyToDevice(host, input);
            }

            Time(name, unit, work, () =>
            {
                compiled.Run();
                _accelerator.Synchronize();
            });
        }
    }

    private void Copies()
    {
        var type = TensorType.Real(CopyElements);
        using var host = Tensor.Zeros(type);
        using var device = _accelerator.Memory.Allocate(type);
        Time("copy-to-device", "GB/s", type.Bytes / 1e9, () => _accelerator.CopyToDevice(host, device));
        Time("copy-to-host", "GB/s", type.Bytes / 1e9, () => _accelerator.CopyToHost(device, host));
    }

    private void AllReduce()
    {
        var type = TensorType.Real(ReduceElements);
        using var zeros = Tensor.Zeros(type);
        using var first = _accelerator.Memory.Allocate(type);
        using var second = _accelerator.Memory.Allocate(type);
        _accelerator.CopyToDevice(zeros, first);
        _accelerator.CopyToDevice(zeros, second);
        using var group = CollectiveGroups.Create([_accelerator, _accelerator]);
        Time("all-reduce-2", "GB/s", type.Bytes / 1e9, () => group.AllReduce([first, second], CollectiveReduction.Sum));
    }

    private void LeaveOut(string name, string unit, string reason) => _lines.Add(new ScoreMeasurement(name, unit, null, 0, 0, 0, reason));

    private void Time(string name, string unit, double work, Action call)
    {
        // Twice: the first call compiles, prepares weights and touches memory.
        call();
        var calls = 1;
        if (Seconds(call, 1) is > 0 and var once)
        {
            calls = (int)Math.Clamp(Math.Ceiling(_options.SampleTime.TotalSeconds / once), 1, 1_000_000);
        }

        var samples = new double[_options.Runs];
        var processor = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Seconds(call, calls) / calls;
        }

        var used = (Environment.CpuUsage.TotalTime - processor).TotalSeconds / ((double)calls * samples.Length);
        Array.Sort(samples);
        var median = samples[samples.Length / 2];
        var spread = median > 0 ? (samples[^1] - samples[0]) / median : 0;
        _lines.Add(new ScoreMeasurement(name, unit, median <= 0 ? 0 : unit == "us" ? median * 1e6 / work : work / median, spread, median, used));
    }

    private double Seconds(Action call, int calls)
    {
        var start = _clock.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            call();
        }

        return _clock.GetElapsedTime(start).TotalSeconds;
    }
}
