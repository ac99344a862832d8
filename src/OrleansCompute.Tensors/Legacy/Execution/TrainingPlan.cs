using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>
/// Forward and backward pass of a graph with softmax cross-entropy on its logits (a final Softmax is part of the loss). All memory is
/// allocated here, for the largest batch; a step allocates nothing. Not thread-safe: one per worker.
/// </summary>
public sealed class TrainingPlan : IDisposable
{
    private readonly AlignedBuffer _parameters;
    private readonly AlignedBuffer _gradients;
    private readonly PlanStep[] _steps;
    private readonly PlanInput _input;
    private readonly PlanSlot _labels;
    private readonly LossStep _loss;
    private readonly int _classes;
    private bool _disposed;

    /// <summary>Compiles the plan. The parameters start as zeros.</summary>
    /// <param name="graph">Graph with one float32 input with the batch first and logits [N, classes] as its output.</param>
    /// <param name="kernels">Kernels to run on; must outlive the plan.</param>
    /// <param name="maxBatch">Largest batch, 1 or more.</param>
    /// <exception cref="NotSupportedException">The graph cannot be trained; the message says why.</exception>
    public TrainingPlan(Graph.Graph graph, IKernelSet kernels, int maxBatch)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        Graph = graph;
        MaxBatch = maxBatch;
        var shape = graph.RequireSingleImageInput();
        var training = TrainingGraph.Create(graph);
        _parameters = new AlignedBuffer(graph.ParameterCount);
        _gradients = new AlignedBuffer(graph.ParameterCount);
        var compiler = new PlanCompiler(training.Graph, kernels, maxBatch);
        var copies = new List<PlanStep>();
        foreach (var parameter in graph.Parameters)
        {
            compiler.Bind(parameter.Value, _parameters, parameter.Offset);
        }

        foreach (var parameter in graph.Parameters)
        {
            // The kernels write a parameter's gradient straight into the flat vector, unless two parameters share one.
            if (training.Gradients.TryGetValue(parameter.Value, out var gradient) && !compiler.Bind(gradient, _gradients, parameter.Offset))
            {
                var to = new PlanSlot(_gradients, parameter.Offset, parameter.Length, hasBatch: false);
                copies.Add(new UnaryStep(compiler.Slot(gradient), to, (x, y) => x.CopyTo(y)));
            }
        }

        _input = new PlanInput(kernels, shape, compiler.Slot(graph.Inputs[0]), maxBatch);
        _labels = compiler.Slot(training.Labels);
        _steps = [.. compiler.Compile(), .. copies];
        _loss = _steps.OfType<LossStep>().Single();
        _classes = training.Probabilities.Type.Shape[1];
        BufferBytes = compiler.BufferBytes + (2L * sizeof(float) * graph.ParameterCount);
    }

    /// <summary>The graph.</summary>
    public Graph.Graph Graph { get; }

    /// <summary>Largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Bytes of parameters, gradients and activations; kernels add scratch memory of their own.</summary>
    public long BufferBytes { get; }

    /// <summary>The flat parameter vector, writable between steps: optimisers and workers update it in place.</summary>
    public Memory<float> Parameters => _parameters.Memory;

    /// <summary>
    /// Gradients in the order of <see cref="Parameters"/>: the sum (not the mean) over the samples of the last step, so that the
    /// gradients of shares of a batch add up to that of the batch, whatever their sizes.
    /// </summary>
    public Memory<float> Gradients => _gradients.Memory;

    /// <summary>One forward and backward pass; overwrites <see cref="Gradients"/>.</summary>
    /// <param name="inputs">Samples in the graph's order, [labels.Length, channels, height, width] for images.</param>
    /// <param name="labels">Class of each sample, 0 to classes - 1; their number is the batch, 0 to MaxBatch. Zero gives zero gradients.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label or the batch is outside its range.</exception>
    /// <exception cref="Shapes.ShapeMismatchException">The number of inputs does not fit the number of labels.</exception>
    public StepResult ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var batch = labels.Length;
        _input.Load(inputs, batch);
        for (var i = 0; i < batch; i++)
        {
            if ((uint)labels[i] >= (uint)_classes)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(labels), labels[i], $"Label {i} is {labels[i]}; allowed 0 to {_classes - 1}.");
            }
        }

        labels.CopyTo(_labels.Ints(batch));
        foreach (var step in _steps)
        {
            step.Prepare();
            step.Run(batch);
        }

        return _loss.Result;
    }

    /// <summary>Ends the use of the plan; the kernel set stays as it is.</summary>
    public void Dispose() => _disposed = true;
}
