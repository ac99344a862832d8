using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>A function of two arguments of which the right argument varies; the left one is fixed.</summary>
internal readonly struct WithLeft<TFunction>(TFunction function, float value) : IUnaryFunction
    where TFunction : struct, IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x)
        where T : unmanaged, ILanes<T> => function.Apply(T.Create(value), x);
}
