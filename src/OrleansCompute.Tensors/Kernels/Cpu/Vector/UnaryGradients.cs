using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Gradients of <see cref="UnaryFunctions"/>: the first argument is the function's input, or its output where the text says so; the
/// second is the gradient of the output.
/// </summary>
internal static class UnaryGradients
{
    public readonly struct AbsoluteGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            // Zero at zero, as PyTorch has it.
            var signed = T.CopySign(dy, x) * T.CopySign(T.Create(1f), dy);
            return T.Select(T.IsEqual(x, T.Create(0f)), T.Create(0f), signed);
        }
    }

    /// <summary>From the output.</summary>
    public readonly struct ReciprocalGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => -(dy * (x * x));
    }

    public readonly struct SquareGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * (x + x);
    }

    /// <summary>From the output.</summary>
    public readonly struct SqrtGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.Create(0.5f) * dy / x;
    }

    /// <summary>From the output.</summary>
    public readonly struct ReciprocalSqrtGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.Create(-0.5f) * dy * (x * x * x);
    }

    /// <summary>From the output.</summary>
    public readonly struct ExpGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * x;
    }

    /// <summary>From the output.</summary>
    public readonly struct ExpMinusOneGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(dy, x, dy);
    }

    public readonly struct LogGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy / x;
    }

    /// <summary>From the output.</summary>
    public readonly struct TanhGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * T.MultiplyAdd(-x, x, T.Create(1f));
    }

    /// <summary>From the output.</summary>
    public readonly struct SigmoidGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * (x * (T.Create(1f) - x));
    }

    public readonly struct ErfGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * T.Create(1.1283791671f) * VectorMath.Exp(-(x * x));
    }

    public readonly struct SoftplusGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * VectorMath.Sigmoid(x);
    }

    public readonly struct SoftsignGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            var d = T.Create(1f) + T.Abs(x);
            return dy / (d * d);
        }
    }

    /// <summary>From the input or the output: both have the same sign.</summary>
    public readonly struct ReluGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy & T.LessThan(T.Create(0f), x);
    }

    public readonly struct LeakyReluGradient(float alpha) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(x, T.Create(0f)), dy * T.Create(alpha), dy);
    }

    public readonly struct ThresholdedReluGradient(float alpha) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy & T.LessThan(T.Create(alpha), x);
    }

    public readonly struct EluGradient(float alpha) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(x, T.Create(0f)), dy * T.Create(alpha) * VectorMath.Exp(x), dy);
    }

    public readonly struct CeluGradient(float alpha) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(x, T.Create(0f)), dy * VectorMath.Exp(x * T.Create(1f / alpha)), dy);
    }

    public readonly struct SeluGradient(float alpha, float gamma) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> =>
            T.Create(gamma) * T.Select(T.LessThan(x, T.Create(0f)), dy * T.Create(alpha) * VectorMath.Exp(x), dy);
    }

    public readonly struct HardSigmoidGradient(float alpha, float beta) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            var y = T.MultiplyAdd(x, T.Create(alpha), T.Create(beta));
            return (dy * T.Create(alpha)) & T.LessThan(T.Create(0f), y) & T.LessThan(y, T.Create(1f));
        }
    }

    public readonly struct HardSwishGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            var inside = dy * T.MultiplyAdd(x, T.Create(1f / 3f), T.Create(0.5f));
            var upper = T.Select(T.LessThan(x, T.Create(3f)), inside, dy);
            return upper & T.LessThan(T.Create(-3f), x);
        }
    }

    public readonly struct ShrinkGradient(float alpha) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy & T.LessThan(T.Create(alpha), T.Abs(x));
    }

    public readonly struct SiluGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            // s (1 + x (1 - s)); x is bounded because s, hence the gradient, is zero in float beyond.
            var bounded = T.MaxOf(T.Create(-150f), T.MinOf(T.Create(150f), x));
            var s = VectorMath.Sigmoid(bounded);
            var one = T.Create(1f);
            return dy * s * T.MultiplyAdd(bounded, one - s, one);
        }
    }

    public readonly struct MishGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            // With g the gate and s the sigmoid: g + x s (1 - g^2).
            var bounded = T.MaxOf(T.Create(-150f), T.MinOf(T.Create(150f), x));
            var gate = UnaryFunctions.MishGate(bounded);
            var slope = VectorMath.Sigmoid(bounded) * T.MultiplyAdd(-gate, gate, T.Create(1f));
            return dy * T.MultiplyAdd(bounded, slope, gate);
        }
    }

    public readonly struct GeluGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            // Phi(x) + x phi(x).
            var bounded = T.MaxOf(T.Create(-15f), T.MinOf(T.Create(15f), x));
            var distribution = VectorMath.NormalDistribution(bounded, out var bell);
            return dy * T.MultiplyAdd(bounded * T.Create(0.3989422804f), bell, distribution);
        }
    }

    public readonly struct GeluTanhGradient : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            var bounded = T.MaxOf(T.Create(-15f), T.MinOf(T.Create(15f), x));
            var one = T.Create(1f);
            var s = VectorMath.Sigmoid(UnaryFunctions.GeluTanhArgument(bounded));
            var slope = T.MultiplyAdd(bounded * bounded, T.Create(0.2140644488f), T.Create(1.5957691216f));
            return dy * T.MultiplyAdd(bounded * slope, s * (one - s), s);
        }
    }

    public readonly struct ClipGradient(float low, float high) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T>
        {
            // At the bounds the gradient passes, as PyTorch has it.
            var outside = T.LessThan(x, T.Create(low)) | T.LessThan(T.Create(high), x);
            return T.Select(outside, T.Create(0f), dy);
        }
    }

    public readonly struct AffineGradient(float scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T dy)
            where T : unmanaged, ILanes<T> => dy * T.Create(scale);
    }
}
