using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Functions of one argument, for <see cref="ElementLoops"/> and <see cref="Then{TFirst, TSecond}"/>.</summary>
internal static class UnaryFunctions
{
    public readonly struct Identity : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => x;
    }

    public readonly struct Absolute : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Abs(x);
    }

    public readonly struct Negate : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => -x;
    }

    /// <summary>-1, 0 or 1; NaN and the sign of a zero pass through.</summary>
    public readonly struct Sign : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T>
        {
            var one = T.CopySign(T.Create(1f), x);
            return T.Select(T.LessThan(T.Create(0f), T.Abs(x)), one, x);
        }
    }

    public readonly struct Floor : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Floor(x);
    }

    public readonly struct Ceiling : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Ceiling(x);
    }

    public readonly struct Round : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Round(x);
    }

    public readonly struct Reciprocal : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Create(1f) / x;
    }

    public readonly struct Square : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => x * x;
    }

    public readonly struct Cube : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => x * x * x;
    }

    /// <summary>x - bias above alpha, x + bias below -alpha, else 0.</summary>
    public readonly struct Shrink(float alpha, float bias) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> =>
            ((x - T.Create(bias)) & T.LessThan(T.Create(alpha), x)) | ((x + T.Create(bias)) & T.LessThan(x, T.Create(-alpha)));
    }

    public readonly struct Sqrt : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Sqrt(x);
    }

    /// <summary>Divides: the approximate instruction has 14 bits, and two Newton steps are no faster than the division.</summary>
    public readonly struct ReciprocalSqrt : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Create(1f) / T.Sqrt(x);
    }

    public readonly struct Exp : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Exp(x);
    }

    public readonly struct ExpMinusOne : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.ExpMinusOne(x);
    }

    public readonly struct Log : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Log(x);
    }

    public readonly struct Tanh : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Tanh(x);
    }

    public readonly struct Sigmoid : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Sigmoid(x);
    }

    public readonly struct Erf : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Erf(x);
    }

    public readonly struct Softplus : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => VectorMath.Softplus(x);
    }

    public readonly struct Softsign : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => x / (T.Create(1f) + T.Abs(x));
    }

    public readonly struct Relu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.MaxOf(T.Create(0f), x);
    }

    public readonly struct LeakyRelu(float alpha) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(x, T.Create(0f)), x * T.Create(alpha), x);
    }

    /// <summary>x above alpha, else 0 (ONNX ThresholdedRelu).</summary>
    public readonly struct ThresholdedRelu(float alpha) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(T.Create(alpha), x) | IsNaN(x), x, T.Create(0f));
    }

    public readonly struct Elu(float alpha) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(x, T.Create(0f)), VectorMath.ExpMinusOne(x) * T.Create(alpha), x);
    }

    public readonly struct Celu(float alpha) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> =>
            T.Select(T.LessThan(x, T.Create(0f)), VectorMath.ExpMinusOne(x * T.Create(1f / alpha)) * T.Create(alpha), x);
    }

    public readonly struct Selu(float alpha, float gamma) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> =>
            T.Create(gamma) * T.Select(T.LessThan(x, T.Create(0f)), VectorMath.ExpMinusOne(x) * T.Create(alpha), x);
    }

    /// <summary>Clips alpha x + beta to 0..1.</summary>
    public readonly struct HardSigmoid(float alpha, float beta) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> =>
            T.MaxOf(T.Create(0f), T.MinOf(T.Create(1f), T.MultiplyAdd(x, T.Create(alpha), T.Create(beta))));
    }

    public readonly struct HardSwish : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> =>
            x * T.MaxOf(T.Create(0f), T.MinOf(T.Create(1f), T.MultiplyAdd(x, T.Create(1f / 6f), T.Create(0.5f))));
    }

    /// <summary>x sigmoid(x); its limit at minus infinity is zero, where the product would be NaN.</summary>
    public readonly struct Silu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T>
        {
            var y = x * VectorMath.Sigmoid(x);
            return T.Select(T.LessThan(x, T.Create(-150f)), T.Create(-0f), y);
        }
    }

    /// <summary>x tanh(softplus(x)); its limit at minus infinity is zero.</summary>
    public readonly struct Mish : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T>
        {
            return T.MaxOf(T.Create(-150f), x) * MishGate(x);
        }
    }

    /// <summary>x times the normal distribution function (Hendrycks and Gimpel 2016), the form with erf.</summary>
    public readonly struct Gelu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T>
        {
            // Below -15 the normal tail is zero in float; the bound keeps -infinity * 0 from being NaN.
            return T.MaxOf(T.Create(-15f), x) * VectorMath.NormalDistribution(x, out _);
        }
    }

    /// <summary>The tanh approximation of GELU, as x sigmoid(2 u): 1 + tanh(u) cancels for negative u.</summary>
    public readonly struct GeluTanh : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T>
        {
            var bounded = T.MaxOf(T.Create(-15f), x);
            return bounded * VectorMath.Sigmoid(GeluTanhArgument(bounded));
        }
    }

    public readonly struct Clip(float low, float high) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.MinOf(T.Create(high), T.MaxOf(T.Create(low), x));
    }

    public readonly struct Affine(float scale, float offset) : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(x, T.Create(scale), T.Create(offset));
    }

    /// <summary>2 sqrt(2 / pi) (x + 0.044715 x^3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GeluTanhArgument<T>(T x)
        where T : unmanaged, ILanes<T> =>
        x * T.MultiplyAdd(x * x, T.Create(0.0713548162726f), T.Create(1.5957691216057308f));

    /// <summary>tanh(softplus(x)) = n / (n + 2) with n = w (w + 2), w = exp(x): 1 in float above 20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MishGate<T>(T x)
        where T : unmanaged, ILanes<T>
    {
        var two = T.Create(2f);
        var w = VectorMath.Exp(T.MinOf(T.Create(20f), x));
        var n = w * (w + two);
        return n / (n + two);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T IsNaN<T>(T x)
        where T : unmanaged, ILanes<T> => T.Select(T.IsEqual(x, x), T.Create(0f), T.IsEqual(T.Create(0f), T.Create(0f)));
}
