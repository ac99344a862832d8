using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Forward and backward pass of a classifier or language model for any batch up to a largest one. Kernels are made once per batch size
/// and kept; all sizes share one arena, inputs, parameters and gradients. A step of a size seen before allocates nothing. Not thread-safe:
/// one per worker.
/// </summary>
public sealed class TrainingPlan : IDisposable
{
    private readonly IAccelerator _accelerator;
    private readonly TrainingPlanOptions _options;
    private readonly SharedArena _arena;
    private readonly Tensor _hostParameters;
    private readonly Tensor _hostGradients;
    private readonly Tensor _parameters;
    private readonly Tensor _gradients;
    private readonly Tensor _input;
    private readonly Tensor _labels;
    private readonly PlanCache<int, TrainingStep> _plans;
    private bool _disposed;

    /// <summary>Compiles the plan for the largest batch. The parameters start as zeros.</summary>
    /// <param name="model">One input with the batch first; logits [N, classes] or [N, tokens, vocabulary] as its first output.</param>
    /// <param name="accelerator">Where it runs; must outlive the plan.</param>
    /// <param name="maxBatch">Largest batch, 1 or more.</param>
    /// <param name="options">How; default: keeps 16 batch sizes, all values, one stream.</param>
    /// <exception cref="NotSupportedException">The model cannot be trained; the message says why.</exception>
    /// <exception cref="MemoryBudgetException">The accelerator's budget is too small for the largest batch.</exception>
    public TrainingPlan(Graph model, IAccelerator accelerator, int maxBatch, TrainingPlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        _options = options ?? new TrainingPlanOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxCachedPlans, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxCachedPlans, 1024, nameof(options));
        Graph = TrainingGraph.Create(model, _options.Checkpoints);
        _accelerator = accelerator;
        MaxBatch = maxBatch;
        var flat = TensorType.Real(Graph.Model.ParameterCount);
        _arena = new SharedArena(accelerator.Memory);
        _plans = new PlanCache<int, TrainingStep>(_options.MaxCachedPlans, Compile);
        var isHost = accelerator.Info.IsHostMemory;
        _parameters = accelerator.Memory.Allocate(flat);
        _gradients = accelerator.Memory.Allocate(flat);
        _hostParameters = isHost ? _parameters.Share() : Tensor.Zeros(flat);
        _hostGradients = isHost ? _gradients.Share() : Tensor.Zeros(flat);
        _hostParameters.AsSpan<float>().Clear();
        _hostGradients.AsSpan<float>().Clear();
        accelerator.CopyToDevice(_hostGradients, _gradients);
        _input = accelerator.Memory.Allocate(WithBatch(Graph.Graph.Inputs[0].Type, maxBatch));
        _labels = accelerator.Memory.Allocate(WithBatch(Graph.Graph.Inputs[1].Type, maxBatch));
        Parameters = new TensorMemory(_hostParameters).Memory;
        Gradients = new TensorMemory(_hostGradients).Memory;
        SampleLength = WithBatch(_input.Type, 1).Shape.Elements;
        LabelsPerSample = WithBatch(_labels.Type, 1).Shape.Elements;
        try
        {
            Memory = _plans.Get(maxBatch).Compiled.Memory;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Model, loss and backward nodes.</summary>
    public TrainingGraph Graph { get; }

    /// <summary>Largest batch.</summary>
    public int MaxBatch { get; }

    /// <summary>Elements of the input per sample: pixels or tokens.</summary>
    public int SampleLength { get; }

    /// <summary>Labels per sample: 1 for a classifier, the tokens of a sequence for a language model.</summary>
    public int LabelsPerSample { get; }

    /// <summary>Memory of the largest batch.</summary>
    public MemoryPlan Memory { get; }

    /// <summary>The flat parameter vector, writable between steps: optimisers and workers update it in place.</summary>
    public Memory<float> Parameters { get; }

    /// <summary>
    /// Gradients in the order of <see cref="Parameters"/>: the sum (not the mean) over the samples of the last step, so that the gradients
    /// of shares of a batch add up to that of the batch, whatever their sizes.
    /// </summary>
    public Memory<float> Gradients { get; }

    /// <summary>The compiled graph for a batch size, for profiles and tests.</summary>
    /// <param name="batch">1 to MaxBatch.</param>
    public CompiledGraph Compiled(int batch) => _plans.Get(CheckBatch(batch)).Compiled;

    /// <summary>One forward and backward pass; overwrites <see cref="Gradients"/>.</summary>
    /// <typeparam name="T">Type of the model's input: float for images, int or long for tokens.</typeparam>
    /// <param name="inputs">Samples in the graph's order, [batch, channels, height, width] for images, [batch, tokens] for a language model.</param>
    /// <param name="labels">Class of each sample or token, 0 to classes - 1, or -100 for one that does not count. Zero samples give zero gradients.</param>
    /// <param name="cancellation">Ends the step between two kernels; the gradients are then undefined.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label or the batch is outside its range.</exception>
    /// <exception cref="ShapeMismatchException">The number of inputs does not fit the number of labels.</exception>
    public StepResult ForwardBackward<T>(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var (batch, rest) = Math.DivRem(labels.Length, LabelsPerSample);
        if (rest != 0 || inputs.Length != (long)batch * SampleLength)
        {
            throw new ShapeMismatchException(
                $"{inputs.Length} inputs with {labels.Length} labels; a sample has {SampleLength} inputs and {LabelsPerSample} labels.");
        }

        if (batch == 0)
        {
            _hostGradients.AsSpan<float>().Clear();
            return default;
        }

        CheckBatch(batch);
        CheckLabels(labels);
        var step = _plans.Get(batch);
        step.Load(_accelerator, inputs, labels, _hostParameters, _parameters);
        step.Compiled.Run(cancellation);
        return step.Read(_accelerator, _hostGradients, _gradients, labels.Length - labels.Count(ClassifierLossOperator.Ignored));
    }

    /// <inheritdoc cref="ForwardBackward{T}"/>
    public StepResult ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        ForwardBackward<float>(inputs, labels, cancellation);

    /// <summary>Gives the memory back; the accelerator stays as it is.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _plans.Dispose();
            _arena.Dispose();
            foreach (var tensor in new[] { _hostParameters, _hostGradients, _parameters, _gradients, _input, _labels })
            {
                tensor?.Dispose();
            }
        }
    }

    private static TensorType WithBatch(TensorType type, int batch) =>
        type with { Shape = type.Shape.Rank > 0 ? type.Shape.With(0, batch) : type.Shape };

    private TrainingStep Compile(int batch)
    {
        var bound = GraphSpecialiser.BindBatch(Graph.Graph, batch);
        Tensor?[] outputs = [null, null, .. Graph.Parameters.Select(parameter => (Tensor?)Slice(_gradients, parameter))];
        var compiled = new CompiledGraph(bound, _accelerator, new CompileOptions
        {
            Inputs = [Part(_input, bound.Inputs[0].Type), Part(_labels, bound.Inputs[1].Type)],
            Parameters = _parameters,
            Outputs = outputs,
            Arena = _arena,
            Streams = _options.Streams,
            ChecksFinite = _options.ChecksFinite,
            OutputReady = _options.GradientReady is { } ready && _accelerator.Info.IsHostMemory ? output => Announce(ready, output) : null,
        });
        return new TrainingStep(compiled);
    }

    private void Announce(Action<int, int> ready, int output)
    {
        if (output >= 2)
        {
            ready(Graph.Parameters[output - 2].Offset, Graph.Parameters[output - 2].Length);
        }
    }

    private static Tensor Part(Tensor whole, TensorType type) => new(type, whole.Storage);

    private static Tensor Slice(Tensor flat, GraphParameter parameter)
    {
        using var part = flat.Slice(0, parameter.Offset, parameter.Length);
        return part.Reshape(parameter.Shape);
    }

    private int CheckBatch(int batch) => batch >= 1 && batch <= MaxBatch
        ? batch
        : throw new ArgumentOutOfRangeException(
            nameof(batch), batch, $"Batch of {batch} samples; allowed 1 to {MaxBatch}, the maximum that the plan was made for.");

    private void CheckLabels(ReadOnlySpan<int> labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)Graph.Classes && labels[i] != ClassifierLossOperator.Ignored)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Label {i} is {labels[i]}; allowed 0 to {Graph.Classes - 1}.");
            }
        }
    }
}
