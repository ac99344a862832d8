using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Training.Optimisers;

/// <summary>
/// LARS (You et al. 2017, Algorithm 1): momentum with a local rate per layer, trust |p| / (|g| + decay |p|), inside the velocity:
/// v = momentum v + rate local (g + decay p); p -= v. The local rate is 1 where a norm is zero; biases get the trust coefficient as it is.
/// Not thread-safe.
/// </summary>
public sealed class LarsOptimiser : FlatOptimiser
{
    /// <summary>The name in checkpoints.</summary>
    public const string OptimiserName = "lars";

    private readonly LarsOptions _options;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameterCount">Number of parameters, 1 or more.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="slices">The layers, each with its own rate; null: all parameters are one layer.</param>
    /// <param name="level">Width of vectors; null for the widest of the processor.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LarsOptimiser(int parameterCount, LarsOptions? options = null, IReadOnlyList<ParameterSlice>? slices = null, SimdLevel? level = null)
        : base(OptimiserName, parameterCount, 1, options ??= new LarsOptions(), slices, level) => _options = options;

    private protected override void Update(Span<float> parameters, ReadOnlySpan<float> gradient, float rate, float gradientScale)
    {
        foreach (var slice in Slices)
        {
            var weights = parameters.Slice(slice.Offset, slice.Length);
            var part = gradient.Slice(slice.Offset, slice.Length);
            var decay = slice.IsWeight ? _options.WeightDecay : 0;
            var local = slice.IsWeight
                ? LocalRate(weights, part, decay, gradientScale)
                : _options.TrustCoefficient;
            var step = new SgdStep
            {
                Rate = 1,
                Momentum = _options.Momentum,
                WeightDecay = decay,
                RateInside = rate * local,
                GradientScale = gradientScale,
            };
            OptimiserSteps.Sgd(Level, step, weights, part, Slot(0, slice));
        }
    }

    // |g| counts after clipping: trust |p| / (s |g| + decay |p|) = (trust / s) |p| / (|g| + (decay / s) |p|).
    private float LocalRate(ReadOnlySpan<float> weights, ReadOnlySpan<float> gradient, float decay, float scale) =>
        OptimiserSteps.LarsRate(Level, _options.TrustCoefficient / scale, decay / scale, weights, gradient);
}
