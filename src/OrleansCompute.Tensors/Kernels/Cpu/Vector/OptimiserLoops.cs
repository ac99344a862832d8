using System.Runtime.CompilerServices;
using static OrleansCompute.Tensors.Kernels.Cpu.Vector.RowPrimitives;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>The loops of <see cref="OptimiserSteps"/> for one width. Stateless.</summary>
internal static unsafe class OptimiserLoops<T>
    where T : unmanaged, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(in AdamCoefficients step, float* p, float* g, float* m, float* v, int length)
    {
        var (beta1, beta2) = (T.Create(step.Beta1), T.Create(step.Beta2));
        var (rest1, rest2) = (T.Create(1f - step.Beta1), T.Create(1f - step.Beta2));
        var (rate, epsilon) = (T.Create(-step.Rate), T.Create(step.Epsilon));
        var (scale, decay, kept) = (T.Create(step.GradientScale), T.Create(step.DecayInGradient), T.Create(step.KeptParameter));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var parameter = LoadUpTo<T>(p + i, count);
            var gradient = T.MultiplyAdd(parameter, decay, LoadUpTo<T>(g + i, count) * scale);
            var mean = T.MultiplyAdd(LoadUpTo<T>(m + i, count), beta1, gradient * rest1);
            var variance = T.MultiplyAdd(LoadUpTo<T>(v + i, count), beta2, gradient * gradient * rest2);
            StoreUpTo(mean, m + i, count);
            StoreUpTo(variance, v + i, count);
            StoreUpTo(T.MultiplyAdd(parameter, kept, mean * rate / (T.Sqrt(variance) + epsilon)), p + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lamb(in AdamCoefficients step, float* p, float* g, float* m, float* v, float* u, int length)
    {
        var (beta1, beta2) = (T.Create(step.Beta1), T.Create(step.Beta2));
        var (rest1, rest2) = (T.Create(1f - step.Beta1), T.Create(1f - step.Beta2));
        var (direction, epsilon) = (T.Create(step.DirectionScale), T.Create(step.Epsilon));
        var (scale, decay) = (T.Create(step.GradientScale), T.Create(step.WeightDecay));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var gradient = LoadUpTo<T>(g + i, count) * scale;
            var mean = T.MultiplyAdd(LoadUpTo<T>(m + i, count), beta1, gradient * rest1);
            var variance = T.MultiplyAdd(LoadUpTo<T>(v + i, count), beta2, gradient * gradient * rest2);
            StoreUpTo(mean, m + i, count);
            StoreUpTo(variance, v + i, count);
            StoreUpTo(T.MultiplyAdd(LoadUpTo<T>(p + i, count), decay, mean * direction / (T.Sqrt(variance) + epsilon)), u + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sgd(in SgdStep step, float* p, float* g, float* v, int length)
    {
        var (rate, momentum, inside) = (T.Create(-step.Rate), T.Create(step.Momentum), T.Create(step.RateInside));
        var (scale, decay) = (T.Create(step.GradientScale), T.Create(step.WeightDecay));
        for (var i = 0; i < length; i += T.Count)
        {
            var count = length - i;
            var parameter = LoadUpTo<T>(p + i, count);
            var direction = T.MultiplyAdd(parameter, decay, LoadUpTo<T>(g + i, count) * scale) * inside;
            if (v != null)
            {
                var velocity = T.MultiplyAdd(LoadUpTo<T>(v + i, count), momentum, direction);
                StoreUpTo(velocity, v + i, count);
                direction = step.Nesterov ? T.MultiplyAdd(velocity, momentum, direction) : velocity;
            }

            StoreUpTo(T.MultiplyAdd(direction, rate, parameter), p + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Unscale(float* g, int length, float factor)
    {
        // A finite number times zero is zero, and anything else is NaN, which stays in the sum.
        var (wide, zero) = (T.Create(factor), T.Create(0f));
        T first = zero, second = zero;
        var i = 0;
        for (; i <= length - (2 * T.Count); i += 2 * T.Count)
        {
            var a = T.Load(g + i) * wide;
            var b = T.Load(g + i + T.Count) * wide;
            first = T.MultiplyAdd(a, zero, first);
            second = T.MultiplyAdd(b, zero, second);
            T.Store(a, g + i);
            T.Store(b, g + i + T.Count);
        }

        for (; i < length; i += T.Count)
        {
            var a = LoadUpTo<T>(g + i, length - i) * wide;
            first = T.MultiplyAdd(a, zero, first);
            StoreUpTo(a, g + i, length - i);
        }

        return T.SumAcross(first + second) == 0f;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(float* x, int length)
    {
        var zero = T.Create(0f);
        T a = zero, b = zero, c = zero, d = zero;
        var i = 0;
        for (; i <= length - (4 * T.Count); i += 4 * T.Count)
        {
            a = T.MultiplyAdd(T.Load(x + i), zero, a);
            b = T.MultiplyAdd(T.Load(x + i + T.Count), zero, b);
            c = T.MultiplyAdd(T.Load(x + i + (2 * T.Count)), zero, c);
            d = T.MultiplyAdd(T.Load(x + i + (3 * T.Count)), zero, d);
        }

        for (; i < length; i += T.Count)
        {
            a = T.MultiplyAdd(LoadUpTo<T>(x + i, length - i), zero, a);
        }

        return T.SumAcross((a + b) + (c + d)) == 0f;
    }
}
