using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Functions of two arguments, for <see cref="ElementLoops"/>.</summary>
internal static class BinaryFunctions
{
    public readonly struct Add : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left + right;
    }

    public readonly struct Subtract : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left - right;
    }

    public readonly struct Multiply : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left * right;
    }

    public readonly struct Divide : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => left / right;
    }

    public readonly struct Minimum : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.Min(left, right);
    }

    public readonly struct Maximum : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.Max(left, right);
    }

    /// <summary>a where it is not negative, else a * b.</summary>
    public readonly struct ScaleNegative : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T a, T b)
            where T : unmanaged, ILanes<T> => T.Select(T.LessThan(a, T.Create(0f)), a * b, a);
    }

    public readonly struct SquaredDifference : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T>
        {
            var d = left - right;
            return d * d;
        }
    }

    /// <summary>left * scale + right.</summary>
    public readonly struct MultiplyAddTo(float scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(left, T.Create(scale), right);
    }

    /// <summary>left + fraction (right - left).</summary>
    public readonly struct MoveTowards(float fraction) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T left, T right)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(right - left, T.Create(fraction), left);
    }
}
