using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>A function of two arguments of which the left argument varies; the right one is fixed.</summary>
internal readonly struct WithRight<TFunction>(TFunction function, float value) : IUnaryFunction
    where TFunction : struct, IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x)
        where T : unmanaged, ILanes<T> => function.Apply(x, T.Create(value));
}
