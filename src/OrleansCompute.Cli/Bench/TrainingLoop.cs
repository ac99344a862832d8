using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Cli.Bench;

/// <summary>Steps of training with Adam on one accelerator: forward, backward, update. Not thread-safe.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly CpuAccelerator _accelerator;
    private readonly float[] _mean;
    private readonly float[] _variance;
    private long _steps;

    public TrainingLoop(Graph graph, CpuAccelerator accelerator, int batch, int seed = 1)
    {
        _accelerator = accelerator;
        Plan = new TrainingPlan(graph, accelerator, batch);
        graph.CreateParameters(new Random(seed)).CopyTo(Plan.Parameters);
        _mean = new float[graph.ParameterCount];
        _variance = new float[graph.ParameterCount];
    }

    public TrainingPlan Plan { get; }

    /// <summary>One step; the learning rate is 0.001.</summary>
    /// <returns>Mean loss over the labels.</returns>
    public double Step<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
        where T : unmanaged
    {
        var result = Plan.ForwardBackward(inputs, labels);
        var settings = new AdamStep { Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Step = ++_steps, GradientScale = 1f / result.Count };
        OptimiserSteps.Adam(_accelerator.Level, settings, Plan.Parameters.Span, Plan.Gradients.Span, _mean, _variance);
        return result.LossSum / result.Count;
    }

    public void Dispose() => Plan.Dispose();
}
