using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Functions of three arguments, for <see cref="ElementLoops"/>.</summary>
internal static class TernaryFunctions
{
    /// <summary>first * second + third, rounded once.</summary>
    public readonly struct MultiplyAdd : ITernaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T first, T second, T third)
            where T : unmanaged, ILanes<T> => T.MultiplyAdd(first, second, third);
    }

    /// <summary>second where first is not 0, else third.</summary>
    public readonly struct Select : ITernaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T first, T second, T third)
            where T : unmanaged, ILanes<T> => T.Select(T.IsEqual(first, T.Create(0f)), third, second);
    }

    /// <summary>third where first is less than second, else 0: the gradient of a minimum's first argument.</summary>
    public readonly struct MaskedByOrder : ITernaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T first, T second, T third)
            where T : unmanaged, ILanes<T> => third & T.LessThan(first, second);
    }

    /// <summary>The gradient of a maximum's first argument, shared in halves where both are equal, as PyTorch has it.</summary>
    public readonly struct HalvedWhereEqual : ITernaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Apply<T>(T first, T second, T third)
            where T : unmanaged, ILanes<T> => T.Select(T.IsEqual(first, second), third * T.Create(0.5f), third & T.LessThan(second, first));
    }
}
