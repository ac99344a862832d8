using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Models;

/// <summary>
/// A classifier that trains in mixed precision (Micikevicius et al., ICLR 2018): the operands of products and convolutions, weights and
/// activations, and their gradients are stored in 16 bits; sums, all other operators, the master weights (<see cref="Parameters"/>) and
/// the optimiser stay in float32. The loss is multiplied by the scaler's scale, so the gradients are, too: step with a
/// <see cref="LossScalingOptimiser"/> on the same scaler. On processors this saves no time, for their products work in float32; it shows
/// what training at 16 bits will do. Not thread-safe.
/// </summary>
public sealed class MixedPrecisionModel : IGradientModel, IDisposable
{
    private readonly IAccelerator _accelerator;
    private readonly LossScaler _scaler;
    private readonly LossPlan _plan;
    private readonly float[] _parameters;
    private readonly float[] _gradients;

    /// <summary>Compiles a model and gives the parameters their first values.</summary>
    /// <param name="graph">One float32 input with the batch first; logits [N, classes] as its output.</param>
    /// <param name="accelerator">Where it runs; must outlive the model.</param>
    /// <param name="maxBatchSize">Most samples per call, 1 or more.</param>
    /// <param name="scaler">The loss scale; for BFloat16, which has the range of float32, a scale of 1 will do.</param>
    /// <param name="type">Float16 or BFloat16.</param>
    /// <param name="seed">Of the first values. Default 1.</param>
    /// <exception cref="ArgumentException">The type is another one.</exception>
    /// <exception cref="NotSupportedException">The graph cannot be trained; the message says why.</exception>
    public MixedPrecisionModel(Graph graph, IAccelerator accelerator, int maxBatchSize, LossScaler scaler, ElementType type = ElementType.Float16, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatchSize, 1);
        _parameters = graph.CreateParameters(new Random(seed));
        _gradients = new float[_parameters.Length];
        (_accelerator, _scaler, MaxBatchSize, Graph) = (accelerator, scaler, maxBatchSize, MixedPrecisionGraph.Create(graph, type));
        _plan = new LossPlan(Graph, accelerator, LossGraphs.Scaled(LossGraphs.CrossEntropy));
    }

    /// <summary>The graph as it is trained, with its conversions.</summary>
    public Graph Graph { get; }

    /// <inheritdoc/>
    public int SampleLength => _plan.SampleLength;

    /// <inheritdoc/>
    public int ClassCount => _plan.ClassCount;

    /// <inheritdoc/>
    public int MaxBatchSize { get; }

    /// <inheritdoc/>
    public Memory<float> Parameters => _parameters;

    /// <inheritdoc/>
    public ReadOnlyMemory<float> Gradients => _gradients;

    /// <inheritdoc/>
    public double GradientScale { get; private set; } = 1;

    /// <inheritdoc/>
    public BatchScore ForwardBackward(ReadOnlySpan<float> inputs, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        if (labels.Length > MaxBatchSize)
        {
            throw new ArgumentException($"There are {labels.Length} labels; allowed 1 to {MaxBatchSize}.", nameof(labels));
        }

        var scale = _scaler.Scale;
        GradientScale = scale;
        using var factor = Tensor.Scalar(scale);
        var score = _plan.Run(inputs, labels, _parameters, _gradients, cancellation, factor);
        return score with { LossSum = score.LossSum / scale };
    }

    /// <inheritdoc/>
    public IBatchEvaluator CreateEvaluator() => new GraphEvaluator(Graph, _parameters, _accelerator, MaxBatchSize);

    /// <summary>Ends the use of the plan; the accelerator stays as it is.</summary>
    public void Dispose() => _plan.Dispose();
}
