using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;

namespace OrleansCompute.Training.Models;

/// <summary>A graph on an accelerator, as training sees it. Not thread-safe.</summary>
public sealed class GraphModel : IGradientModel, IDisposable
{
    private readonly TrainingPlan _plan;
    private readonly IAccelerator _accelerator;

    /// <summary>Compiles the graph and gives the parameters their first values.</summary>
    /// <param name="graph">One input with the batch first; logits [N, classes] as its output.</param>
    /// <param name="accelerator">Where it runs; must outlive the model.</param>
    /// <param name="maxBatchSize">Most samples per call, 1 or more. Memory is reserved for as many; 32 to 128 keeps it in the caches.</param>
    /// <param name="seed">Equal seeds give equal first values on every worker. Default 1.</param>
    /// <param name="options">How it is compiled; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The graph cannot be trained; the message says why.</exception>
    public GraphModel(Graph graph, IAccelerator accelerator, int maxBatchSize, int seed = 1, TrainingPlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        options ??= new TrainingPlanOptions();
        var given = options.GradientReady;
        _plan = new TrainingPlan(graph, accelerator, maxBatchSize, options with
        {
            GradientReady = (offset, length) =>
            {
                given?.Invoke(offset, length);
                GradientReady?.Invoke(offset, length);
            },
        });
        _accelerator = accelerator;
        graph.CreateParameters(new Random(seed)).CopyTo(_plan.Parameters);
    }

    /// <summary>The graph.</summary>
    public Graph Graph => _plan.Graph.Model;

    /// <summary>The plan, for profiles.</summary>
    public TrainingPlan Plan => _plan;

    /// <inheritdoc/>
    public int SampleLength => _plan.SampleLength;

    /// <inheritdoc/>
    public int ClassCount => _plan.Graph.Classes;

    /// <inheritdoc/>
    public int MaxBatchSize => _plan.MaxBatch;

    /// <inheritdoc/>
    public Memory<float> Parameters => _plan.Parameters;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Gradients => _plan.Gradients;

    /// <inheritdoc/>
    public Action<int, int>? GradientReady { get; set; }

    /// <inheritdoc/>
    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        var result = _plan.ForwardBackward(inputs, labels, cancellation);
        return new BatchScore(result.LossSum, result.Correct, result.Count);
    }

    /// <inheritdoc/>
    public IBatchEvaluator CreateEvaluator() => new GraphEvaluator(Graph, Parameters.Span, _accelerator, MaxBatchSize);

    /// <summary>Ends the use of the plan; the accelerator stays as it is.</summary>
    public void Dispose() => _plan.Dispose();
}
