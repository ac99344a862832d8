using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Two functions in one pass: the second of the first. Chains nest, so a fused chain known at compile time costs no further pass.
/// </summary>
internal readonly struct Then<TFirst, TSecond>(TFirst first, TSecond second) : IUnaryFunction
    where TFirst : struct, IUnaryFunction
    where TSecond : struct, IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x)
        where T : unmanaged, ILanes<T> => second.Apply(first.Apply(x));
}
