using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Losses of single elements and their derivatives; the first argument is the prediction x, the second the target t. Logarithms are bounded
/// as PyTorch bounds them.
/// </summary>
internal static class ElementLosses
{
    public readonly struct Squared : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => (x - t) * (x - t);
    }

    public readonly struct SquaredSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => (x - t) + (x - t);
    }

    public readonly struct Absolute : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => T.Abs(x - t);
    }

    public readonly struct AbsoluteSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => SignOf(x - t);
    }

    /// <summary>Squares up to delta, a line beyond, times a factor (1, or 1 / delta for the smooth absolute error).</summary>
    public readonly struct Huber(float delta, float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T>
        {
            var d = T.Abs(x - t);
            var near = d * d * T.Create(0.5f);
            var far = T.Create(delta) * (d - T.Create(delta / 2));
            return T.Select(T.LessThan(T.Create(delta), d), far, near) * T.Create(factor);
        }
    }

    public readonly struct HuberSlope(float delta, float factor) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T>
        {
            var d = x - t;
            return T.Select(T.LessThan(T.Create(delta), T.Abs(d)), T.CopySign(T.Create(delta), d), d) * T.Create(factor);
        }
    }

    public readonly struct BinaryCrossEntropy : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => -((t * BoundedLog(x)) + ((T.Create(1f) - t) * BoundedLog(T.Create(1f) - x)));
    }

    public readonly struct BinaryCrossEntropySlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => (x - t) / T.Max(T.Create(1e-12f), x * (T.Create(1f) - x));
    }

    public readonly struct BinaryCrossEntropyTargetSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => BoundedLog(T.Create(1f) - x) - BoundedLog(x);
    }

    /// <summary>softplus(x) - x t.</summary>
    public readonly struct BinaryCrossEntropyWithLogits : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => VectorMath.Softplus(x) - (x * t);
    }

    public readonly struct BinaryCrossEntropyWithLogitsSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => VectorMath.Sigmoid(x) - t;
    }

    public readonly struct NegatedPrediction : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => -x;
    }

    /// <summary>t (log t - x) where t is above 0, else 0; x is a logarithm.</summary>
    public readonly struct KullbackLeibler : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(T.Create(0f), t), t * (VectorMath.Log(t) - x), T.Create(0f));
    }

    public readonly struct KullbackLeiblerSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => -t & T.LessThan(T.Create(0f), t);
    }

    public readonly struct KullbackLeiblerTargetSlope : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(T.Create(0f), t), VectorMath.Log(t) + (T.Create(1f) - x), T.Create(0f));
    }

    /// <summary>The negative of another function: the slope by the target where it is that of the prediction reversed.</summary>
    public readonly struct Negated<TFunction>(TFunction function) : IBinaryFunction
        where TFunction : struct, IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T x, T t)
            where T : unmanaged, ILanes<T> => -function.Apply(x, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T BoundedLog<T>(T x)
        where T : unmanaged, ILanes<T> => T.Max(T.Create(-100f), VectorMath.Log(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T SignOf<T>(T d)
        where T : unmanaged, ILanes<T> => T.Select(T.IsEqual(d, T.Create(0f)), d, T.CopySign(T.Create(1f), d));
}
