using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// LAMB (You et al. 2020, Algorithm 2): Adam's direction, with decay, and a step per layer as long as the layer's weights:
/// p -= rate |p| / |u| u. The trust ratio is 1 where a norm is zero and for biases. Not thread-safe.
/// </summary>
public sealed class LambOptimiser : FlatOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "lamb";

    private readonly LambOptions _options;
    private readonly float[] _update;

    /// <summary>Starts with both moments at zero.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="slices">The layers, each with its own trust ratio; null: all parameters are one layer.</param>
    /// <param name="level">Width of vectors; null for the widest of the processor.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LambOptimiser(int parameterCount, LambOptions? options = null, IReadOnlyList<ParameterSlice>? slices = null, SimdLevel? level = null)
        : base(OptimiserName, parameterCount, 2, options ??= new LambOptions(), slices, level)
    {
        _options = options;
        _update = new float[Slices.Max(slice => slice.Length)];
    }

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale)
    {
        foreach (var slice in Slices)
        {
            var step = new AdamStep
            {
                Rate = rate,
                Beta1 = _options.Beta1,
                Beta2 = _options.Beta2,
                Epsilon = _options.Epsilon,
                Step = StepCount,
                WeightDecay = slice.IsWeight ? _options.WeightDecay : 0,
                GradientScale = gradientScale,
            };
            var weights = parameters.Slice(slice.Offset, slice.Length);
            var update = _update.AsSpan(0, slice.Length);
            var (p, u) = OptimiserSteps.LambUpdate(
                Level, step, weights, gradient.Slice(slice.Offset, slice.Length), Slot(0, slice), Slot(1, slice), update);
            var trust = slice.IsWeight && p > 0 && u > 0 ? Math.Sqrt(p / u) : 1;
            OptimiserSteps.AddScaled(Level, (float)(-rate * trust), update, weights);
        }
    }
}
