using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>What <see cref="Reductions"/> can compute along an axis.</summary>
internal static unsafe class Reducers
{
    public readonly struct Sum : IReducer
    {
        public static float Identity => 0f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => partial + x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left + right;

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.SumAcross(partial);

        public static double Join(double left, double right) => left + right;
    }

    public readonly struct SumOfSquares : IReducer
    {
        public static float Identity => 0f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(x, x, partial);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left + right;

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.SumAcross(partial);

        public static double Join(double left, double right) => left + right;
    }

    public readonly struct SumOfMagnitudes : IReducer
    {
        public static float Identity => 0f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => partial + T.Abs(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left + right;

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.SumAcross(partial);

        public static double Join(double left, double right) => left + right;
    }

    /// <summary>NaN if any element is NaN.</summary>
    public readonly struct Maximum : IReducer
    {
        public static float Identity => float.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => T.Max(partial, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.Max(left, right);

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.MaxAcross(partial);

        public static double Join(double left, double right) => Math.Max(left, right);
    }

    /// <summary>NaN if any element is NaN.</summary>
    public readonly struct Minimum : IReducer
    {
        public static float Identity => float.PositiveInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => T.Min(partial, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.Min(left, right);

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.MinAcross(partial);

        public static double Join(double left, double right) => Math.Min(left, right);
    }

    /// <summary>NaN if any element is NaN.</summary>
    public readonly struct LargestMagnitude : IReducer
    {
        public static float Identity => 0f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => T.Max(partial, T.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.Max(left, right);

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => T.MaxAcross(partial);

        public static double Join(double left, double right) => Math.Max(left, right);
    }

    public readonly struct Product : IReducer
    {
        public static float Identity => 1f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Add<T>(T partial, T x)
            where T : unmanaged, ILanes<T> => partial * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Merge<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left * right;

        public static float Across<T>(T partial)
            where T : unmanaged, ILanes<T> => ProductAcross(partial);

        public static double Join(double left, double right) => left * right;
    }

    private static float ProductAcross<T>(T value)
        where T : unmanaged, ILanes<T>
    {
        var lanes = stackalloc float[16];
        T.Store(value, lanes);
        var product = 1f;
        for (var i = 0; i < T.Count; i++)
        {
            product *= lanes[i];
        }

        return product;
    }
}
