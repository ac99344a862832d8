namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Optimiser steps in place on flat vectors, one pass of memory each. All spans of a call have the same length. Results are the same bits
/// at every level. Thread-safe for disjoint spans: a team splits the vectors. Allocation-free.
/// </summary>
public static unsafe class OptimiserSteps
{
    /// <summary>
    /// Adam (Kingma and Ba 2015): m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
    /// p -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon), with weight decay as <paramref name="step"/> says.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="step">Settings.</param>
    /// <param name="parameters">Updated.</param>
    /// <param name="gradient">Gradient of the loss.</param>
    /// <param name="mean">State m, zeros at first.</param>
    /// <param name="variance">State v, zeros at first.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the step's number is below 1.</exception>
    public static void Adam(
        SimdLevel level, in AdamStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> variance)
    {
        Check(parameters.Length, gradient.Length, mean.Length, variance.Length);
        var coefficients = new AdamCoefficients(step);
        fixed (float* p = parameters, g = gradient, m = mean, v = variance)
        {
            switch (level)
            {
                case SimdLevel.Vector512: OptimiserLoops<Lanes512>.Adam(coefficients, p, g, m, v, parameters.Length); break;
                case SimdLevel.Vector256: OptimiserLoops<Lanes256>.Adam(coefficients, p, g, m, v, parameters.Length); break;
                default: OptimiserLoops<Lanes1>.Adam(coefficients, p, g, m, v, parameters.Length); break;
            }
        }
    }

    /// <summary>
    /// The first half of LAMB (You et al. 2020) for one layer: advances the moments as Adam does and writes
    /// update = m' / (sqrt(v') + epsilon) + decay p, with the sums of squares that the trust ratio needs. The second half is
    /// <see cref="AddScaled"/> with -rate * |p| / |update|.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="step">Settings; the rate is not used here.</param>
    /// <param name="parameters">Read only.</param>
    /// <param name="gradient">Gradient of the loss.</param>
    /// <param name="mean">State m.</param>
    /// <param name="variance">State v.</param>
    /// <param name="update">Receives the update; it may be the gradient's memory.</param>
    /// <returns>The sums of squares of the parameters and of the update.</returns>
    public static (double Parameters, double Update) LambUpdate(
        SimdLevel level,
        in AdamStep step,
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<float> gradient,
        Span<float> mean,
        Span<float> variance,
        Span<float> update)
    {
        Check(parameters.Length, gradient.Length, mean.Length, variance.Length);
        Lengths.Equal(parameters.Length, update.Length, nameof(update));
        var coefficients = new AdamCoefficients(step);
        fixed (float* p = parameters, g = gradient, m = mean, v = variance, u = update)
        {
            switch (level)
            {
                case SimdLevel.Vector512: OptimiserLoops<Lanes512>.Lamb(coefficients, p, g, m, v, u, parameters.Length); break;
                case SimdLevel.Vector256: OptimiserLoops<Lanes256>.Lamb(coefficients, p, g, m, v, u, parameters.Length); break;
                default: OptimiserLoops<Lanes1>.Lamb(coefficients, p, g, m, v, u, parameters.Length); break;
            }
        }

        return (Reductions.SumOfSquares(level, parameters), Reductions.SumOfSquares(level, update));
    }

    /// <summary>
    /// Gradient descent with momentum: d = scale g + decay p; v = momentum v + inside d; p -= rate v, or with Nesterov's form
    /// p -= rate (inside d + momentum v).
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="step">Settings.</param>
    /// <param name="parameters">Updated.</param>
    /// <param name="gradient">Gradient of the loss.</param>
    /// <param name="velocity">State v, zeros at first; empty without momentum.</param>
    public static void Sgd(SimdLevel level, in SgdStep step, Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> velocity)
    {
        Lengths.Equal(parameters.Length, gradient.Length, nameof(gradient));
        if (velocity.Length != 0 || step.Momentum != 0f)
        {
            Lengths.Equal(parameters.Length, velocity.Length, nameof(velocity));
        }

        fixed (float* p = parameters, g = gradient, v = velocity)
        {
            switch (level)
            {
                case SimdLevel.Vector512: OptimiserLoops<Lanes512>.Sgd(step, p, g, v, parameters.Length); break;
                case SimdLevel.Vector256: OptimiserLoops<Lanes256>.Sgd(step, p, g, v, parameters.Length); break;
                default: OptimiserLoops<Lanes1>.Sgd(step, p, g, v, parameters.Length); break;
            }
        }
    }

    /// <summary>
    /// The local rate of LARS (You et al. 2017) for one layer: trust |p| / (|g| + decay |p|), or 1 where either norm is zero. Its step is
    /// <see cref="Sgd"/> with the local rate as <see cref="SgdStep.RateInside"/>.
    /// </summary>
    /// <param name="level">Vector width.</param>
    /// <param name="trust">The paper's eta, 0.001 as a rule.</param>
    /// <param name="weightDecay">As the step uses it.</param>
    /// <param name="parameters">Of one layer.</param>
    /// <param name="gradient">Of the same layer.</param>
    public static float LarsRate(
        SimdLevel level, float trust, float weightDecay, ReadOnlySpan<float> parameters, ReadOnlySpan<float> gradient)
    {
        Lengths.Equal(parameters.Length, gradient.Length, nameof(gradient));
        var p = Math.Sqrt(Reductions.SumOfSquares(level, parameters));
        var g = Math.Sqrt(Reductions.SumOfSquares(level, gradient));
        return p > 0 && g > 0 ? (float)(trust * p / (g + (weightDecay * p))) : 1f;
    }

    /// <summary>
    /// The factor that brings gradients of a given sum of squares (over all layers) to a norm of at most <paramref name="maxNorm"/>: pass
    /// it on as a step's gradient scale, or to <see cref="Scale"/>. NaN if the sum is not finite.
    /// </summary>
    /// <param name="sumOfSquares">From <see cref="SumOfSquares"/>.</param>
    /// <param name="maxNorm">Above 0.</param>
    public static float ClipFactor(double sumOfSquares, float maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        return double.IsFinite(sumOfSquares) ? (float)Math.Min(1.0, maxNorm / (Math.Sqrt(sumOfSquares) + 1e-6)) : float.NaN;
    }

    /// <summary>In double, for the norm of a gradient.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="x">Any length.</param>
    public static double SumOfSquares(SimdLevel level, ReadOnlySpan<float> x) => Reductions.SumOfSquares(level, x);

    /// <summary>x *= factor.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="factor">Any number.</param>
    /// <param name="x">Updated.</param>
    public static void Scale(SimdLevel level, float factor, Span<float> x) =>
        ElementLoops.BinaryScalar(level, default(BinaryFunctions.Multiply), x, factor, x);

    /// <summary>target += factor x.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="factor">Any number.</param>
    /// <param name="x">As long as the target.</param>
    /// <param name="target">Updated.</param>
    public static void AddScaled(SimdLevel level, float factor, ReadOnlySpan<float> x, Span<float> target) =>
        ElementLoops.Binary(level, new BinaryFunctions.MultiplyAddTo(factor), x, target, target);

    /// <summary>average += (1 - decay) (x - average): the exponential moving average of parameters.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="decay">0 to 1; 0.999 as a rule.</param>
    /// <param name="x">The newest values.</param>
    /// <param name="average">Updated.</param>
    public static void Average(SimdLevel level, float decay, ReadOnlySpan<float> x, Span<float> average) =>
        ElementLoops.Binary(level, new BinaryFunctions.MoveTowards(1f - decay), average, x, average);

    /// <summary>Multiplies a gradient by the inverse of the loss scale and tells, in the same pass, whether all of it is finite.</summary>
    /// <param name="level">Vector width.</param>
    /// <param name="inverseScale">1 / the loss scale.</param>
    /// <param name="gradient">Updated.</param>
    public static bool Unscale(SimdLevel level, float inverseScale, Span<float> gradient)
    {
        fixed (float* g = gradient)
        {
            return level switch
            {
                SimdLevel.Vector512 => OptimiserLoops<Lanes512>.Unscale(g, gradient.Length, inverseScale),
                SimdLevel.Vector256 => OptimiserLoops<Lanes256>.Unscale(g, gradient.Length, inverseScale),
                _ => OptimiserLoops<Lanes1>.Unscale(g, gradient.Length, inverseScale),
            };
        }
    }

    private static void Check(int parameters, int gradient, int mean, int variance)
    {
        Lengths.Equal(parameters, gradient, nameof(gradient));
        Lengths.Equal(parameters, mean, nameof(mean));
        Lengths.Equal(parameters, variance, nameof(variance));
    }
}
