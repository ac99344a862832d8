using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Operators;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>
/// Forward pass of a classifier: probabilities out. Parameters are copied and brought into the kernels' form once. A run allocates
/// nothing after the first. Not thread-safe.
/// </summary>
public sealed class InferencePlan : IDisposable
{
    private readonly PlanStep[] _steps;
    private readonly PlanInput _input;
    private readonly PlanSlot _output;
    private bool _disposed;

    /// <summary>Compiles the plan.</summary>
    /// <param name="graph">Graph with one float32 input; a Softmax is added unless it ends in one.</param>
    /// <param name="parameters">The flat parameter vector, graph.ParameterCount floats.</param>
    /// <param name="kernels">Kernels to run on; must outlive the plan.</param>
    /// <param name="maxBatch">Largest batch, 1 or more.</param>
    public InferencePlan(Graph.Graph graph, ReadOnlySpan<float> parameters, IKernelSet kernels, int maxBatch)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        if (parameters.Length != graph.ParameterCount)
        {
            throw new ShapeMismatchException($"Parameters [{parameters.Length}] for a graph with [{graph.ParameterCount}].");
        }

        MaxBatch = maxBatch;
        var shape = graph.RequireSingleImageInput();
        var builder = new GraphBuilder(graph.WithoutUnused(graph.Logits));
        var probabilities = builder.Apply(new SoftmaxOperator(), [graph.Logits])[0];
        Classes = probabilities.Type.Shape[1];
        var buffer = new AlignedBuffer(graph.ParameterCount);
        parameters.CopyTo(buffer.Floats);
        var compiler = new PlanCompiler(builder.Build(probabilities), kernels, maxBatch);
        foreach (var parameter in graph.Parameters)
        {
            compiler.Bind(parameter.Value, buffer, parameter.Offset);
        }

        _input = new PlanInput(kernels, shape, compiler.Slot(graph.Inputs[0]), maxBatch);
        _steps = compiler.Compile();
        _output = compiler.Slot(probabilities);
        BufferBytes = compiler.BufferBytes + (sizeof(float) * (long)graph.ParameterCount);
        foreach (var step in _steps)
        {
            step.Prepare();
        }
    }

    /// <summary>Largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Probabilities per sample.</summary>
    public int Classes { get; }

    /// <summary>Bytes of parameters and activations; kernels add scratch memory of their own.</summary>
    public long BufferBytes { get; }

    /// <summary>Classifies samples.</summary>
    /// <param name="inputs">Samples in the graph's order, [batch, channels, height, width] for images.</param>
    /// <param name="batch">Samples, 0 to MaxBatch.</param>
    /// <param name="outputs">Receives batch * Classes probabilities; each sample's sum to one.</param>
    /// <exception cref="ShapeMismatchException">A span does not fit the batch.</exception>
    public void Run(ReadOnlySpan<float> inputs, int batch, Span<float> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _input.Load(inputs, batch);
        if (outputs.Length < (long)batch * Classes)
        {
            throw new ShapeMismatchException($"Output has {outputs.Length} floats; [{batch}, {Classes}] takes {(long)batch * Classes}.");
        }

        foreach (var step in _steps)
        {
            step.Run(batch);
        }

        _output.Floats(batch).CopyTo(outputs);
    }

    /// <summary>Ends the use of the plan; the kernel set stays as it is.</summary>
    public void Dispose() => _disposed = true;
}
