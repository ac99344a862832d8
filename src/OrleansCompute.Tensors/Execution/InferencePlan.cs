using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Forward pass of a classifier: probabilities out. Parameters are copied and brought into the kernels' form once; kernels are made once
/// per batch size. A run of a size seen before allocates nothing. Not thread-safe.
/// </summary>
public sealed class InferencePlan : IDisposable
{
    private const int MaxCachedPlans = 16;
    private readonly IAccelerator _accelerator;
    private readonly Graph _graph;
    private readonly SharedArena _arena;
    private readonly PlanCache<int, CompiledGraph> _plans;
    private bool _disposed;

    /// <summary>Compiles the plan for the largest batch.</summary>
    /// <param name="graph">One float32 input with the batch first; logits or probabilities [N, classes] as its first output. A Softmax is added unless it ends in one.</param>
    /// <param name="parameters">The flat parameter vector, graph.ParameterCount floats.</param>
    /// <param name="accelerator">Where it runs; must outlive the plan.</param>
    /// <param name="maxBatch">Largest batch, 1 or more.</param>
    public InferencePlan(Graph graph, ReadOnlySpan<float> parameters, IAccelerator accelerator, int maxBatch)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        var output = graph.Outputs[0];
        if (graph.Inputs is not [{ Type: { ElementType: ElementType.Float32, Shape: { IsRankKnown: true, Rank: > 1 } } }]
            || output.Type.Shape is not { IsRankKnown: true, Rank: 2 } || output.Type.Shape[1] < 1)
        {
            throw new ShapeMismatchException(
                $"A classifier has one Float32 input with the batch first and an output [N, classes]; this model has inputs {string.Join(", ", graph.Inputs)} and output {output}.");
        }

        var frozen = ParameterFreezer.Freeze(graph, parameters);
        _graph = WithProbabilities(frozen);
        _accelerator = accelerator;
        MaxBatch = maxBatch;
        Classes = output.Type.Shape[1];
        SampleLength = graph.Inputs[0].Type.Shape.Dimensions[1..].ToArray().Aggregate(1, (product, size) => product * size);
        _arena = new SharedArena(accelerator.Memory);
        _plans = new PlanCache<int, CompiledGraph>(MaxCachedPlans, batch => new CompiledGraph(GraphSpecialiser.BindBatch(_graph, batch), accelerator, new CompileOptions { Arena = _arena }));
        Memory = _plans.Get(maxBatch).Memory;
    }

    /// <summary>Largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Probabilities per sample.</summary>
    public int Classes { get; }

    /// <summary>Input values per sample.</summary>
    public int SampleLength { get; }

    /// <summary>Memory of the largest batch.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>A classifier with a Softmax at its end.</summary>
    /// <param name="graph">Logits or probabilities [N, classes] as its first output.</param>
    /// <returns>The same graph with the probabilities as its only output.</returns>
    public static Graph WithProbabilities(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var output = graph.Outputs[0];
        if (graph.Nodes.Any(node => node.Outputs.Contains(output) && node.Operator is SoftmaxOperator))
        {
            return graph.WithOutputs(output);
        }

        var builder = new GraphBuilder(graph);
        return builder.Build(builder.Apply(new SoftmaxOperator(), [output], "probabilities")[0]);
    }

    /// <summary>The compiled graph for a batch size, for profiles and tests.</summary>
    /// <param name="batch">1 to MaxBatch.</param>
    public CompiledGraph Compiled(int batch)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return batch >= 1 && batch <= MaxBatch
            ? _plans.Get(batch)
            : throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"Batch of {batch} samples; allowed 0 to {MaxBatch}, the maximum that the plan was made for.");
    }

    /// <summary>Classifies samples.</summary>
    /// <param name="inputs">Samples in the graph's order, [batch, channels, height, width] for images.</param>
    /// <param name="batch">Samples, 0 to MaxBatch.</param>
    /// <param name="outputs">Receives batch * Classes probabilities; each sample's sum to one.</param>
    /// <exception cref="ShapeMismatchException">A span does not fit the batch.</exception>
    public void Run(ReadOnlySpan<float> inputs, int batch, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (inputs.Length != (long)batch * SampleLength || outputs.Length < (long)batch * Classes)
        {
            throw new ShapeMismatchException(
                $"{inputs.Length} inputs and {outputs.Length} outputs; {batch} samples take {(long)batch * SampleLength} inputs and {(long)batch * Classes} outputs.");
        }

        if (batch == 0)
        {
            return;
        }

        var plan = Compiled(batch);
        if (_accelerator.Info.IsHostMemory)
        {
            inputs.CopyTo(plan.Inputs[0].AsSpan<float>());
            plan.Run();
            plan.Outputs[0].AsSpan<float>().CopyTo(outputs);
            return;
        }

        using Tensor host = Tensor.Of(plan.Inputs[0].Shape, inputs), result = Tensor.Zeros(plan.Outputs[0].Type);
        _accelerator.CopyToDevice(host, plan.Inputs[0]);
        plan.Run();
        _accelerator.CopyToHost(plan.Outputs[0], result);
        result.AsSpan<float>().CopyTo(outputs);
    }

    /// <summary>Gives the memory back; the accelerator stays as it is.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _plans.Dispose();
            _arena.Dispose();
        }
    }
}
