using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// Adam with bias correction (Kingma and Ba 2015), in place on flat vectors, in the order of operations that section 2 of the paper
/// gives as the efficient one: alpha_t = alpha * sqrt(1 - beta2^t) / (1 - beta1^t), with epsilon scaled alike so that the result is that
/// of Algorithm 1. Not thread-safe.
/// </summary>
public sealed class AdamOptimiser : FlatOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "adam";

    private readonly AdamOptions _options;
    private readonly ParameterSlice[] _runs;

    /// <summary>Starts with both moments at zero.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="slices">The layers: weight decay acts on weights only; null: on all parameters.</param>
    /// <param name="level">Width of vectors; null for the widest of the processor. Results are the same bits.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AdamOptimiser(int parameterCount, AdamOptions? options = null, IReadOnlyList<ParameterSlice>? slices = null, SimdLevel? level = null)
        : base(OptimiserName, parameterCount, 2, options ??= new AdamOptions(), slices, level)
    {
        _options = options;
        _runs = options.WeightDecay == 0 ? ParameterSlices.Checked(null, parameterCount) : ParameterSlices.Joined(Slices);
    }

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale)
    {
        foreach (var run in _runs)
        {
            var step = new AdamStep
            {
                Rate = rate,
                Beta1 = _options.Beta1,
                Beta2 = _options.Beta2,
                Epsilon = _options.Epsilon,
                Step = StepCount,
                WeightDecay = run.IsWeight ? _options.WeightDecay : 0,
                GradientScale = gradientScale,
            };
            OptimiserSteps.Adam(
                Level, step, parameters.Slice(run.Offset, run.Length), gradient.Slice(run.Offset, run.Length), Slot(0, run), Slot(1, run));
        }
    }
}
