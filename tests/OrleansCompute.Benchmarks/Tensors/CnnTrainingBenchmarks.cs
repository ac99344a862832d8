using BenchmarkDotNet.Attributes;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Benchmarks.Tensors;

/// <summary>
/// The reference CNN on one thread: a training step (forward and backward, no optimiser), and one image classified. Images per second
/// are Batch divided by the time of Train. Run with <c>--filter *CnnTraining*</c>.
/// </summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // BenchmarkDotNet ends the life of the fields through GlobalCleanup.
public class CnnTrainingBenchmarks
#pragma warning restore CA1001
{
    private CpuAccelerator _kernels = null!;
    private TrainingPlan _training = null!;
    private InferencePlan _inference = null!;
    private float[] _images = null!;
    private int[] _labels = null!;
    private readonly float[] _probabilities = new float[10];

    [Params(SimdLevel.Vector512, SimdLevel.Vector256, SimdLevel.Scalar)]
    public SimdLevel Level { get; set; }

    [Params(16, 32, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var parameters = graph.CreateParameters(new Random(1));
        _kernels = new CpuAccelerator(Level);
        _training = new TrainingPlan(graph, _kernels, Batch);
        parameters.CopyTo(_training.Parameters);
        _inference = new InferencePlan(graph, parameters, _kernels, 1);
        var random = new Random(2);
        _images = [.. Enumerable.Range(0, Batch * 784).Select(_ => random.NextSingle())];
        _labels = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(10))];
    }

    [Benchmark]
    public StepResult Train() => _training.ForwardBackward(_images, _labels);

    [Benchmark]
    public void Classify() => _inference.Run(_images.AsSpan(0, 784), 1, _probabilities);

    [GlobalCleanup]
    public void Cleanup()
    {
        _training.Dispose();
        _inference.Dispose();
        _kernels.Dispose();
    }
}
