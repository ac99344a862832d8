using OrleansCompute.Tensors.Legacy.Execution;
using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Training.Models;

/// <summary>A graph on the kernels of one accelerator, as training sees it. Not thread-safe.</summary>
public sealed class GraphModel : IGradientModel, IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly IKernelSet _kernels;

    /// <summary>Compiles the graph and gives the parameters their first values.</summary>
    /// <param name="graph">One input with the batch first; logits [N, classes] as its output.</param>
    /// <param name="kernels">Kernels to run on; must outlive the model.</param>
    /// <param name="maxBatchSize">Most samples per call, 1 or more. Memory is reserved for as many; 32 to 128 keeps it in the caches.</param>
    /// <param name="seed">Equal seeds give equal first values on every worker. Default 1.</param>
    /// <exception cref="NotSupportedException">The graph cannot be trained; the message says why.</exception>
    public GraphModel(Graph graph, IKernelSet kernels, int maxBatchSize, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(kernels);
        _plan = new TrainingPlan(graph, kernels, maxBatchSize);
        _kernels = kernels;
        graph.CreateParameters(new Random(seed)).CopyTo(_plan.Parameters);
        SampleLength = graph.Inputs[0].Type.Shape.Dimensions.Skip(1).Aggregate(1, (product, size) => product * size);
        ClassCount = graph.Outputs[0].Type.Shape[1];
    }

    /// <summary>The graph.</summary>
    public Graph Graph => _plan.Graph;

    /// <inheritdoc/>
    public int SampleLength { get; }

    /// <inheritdoc/>
    public int ClassCount { get; }

    /// <inheritdoc/>
    public int MaxBatchSize => _plan.MaxBatch;

    /// <inheritdoc/>
    public Memory<float> Parameters => _plan.Parameters;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Gradients => _plan.Gradients;

    /// <inheritdoc/>
    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels)
    {
        var result = _plan.ForwardBackward(inputs, labels);
        return new BatchScore(result.LossSum, result.Correct, result.Count);
    }

    /// <inheritdoc/>
    public IBatchEvaluator CreateEvaluator() => new GraphEvaluator(Graph, Parameters.Span, _kernels, MaxBatchSize);

    /// <summary>Ends the use of the plan; the kernels stay as they are.</summary>
    public void Dispose() => _plan.Dispose();
}
