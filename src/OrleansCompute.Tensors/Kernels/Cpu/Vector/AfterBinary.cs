using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// A function of two arguments followed by one of one argument, in one pass: bias and activation, residual and activation.
/// </summary>
internal readonly struct AfterBinary<TBinary, TUnary>(TBinary binary, TUnary unary) : IBinaryFunction
    where TBinary : struct, IBinaryFunction
    where TUnary : struct, IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T left, T right)
        where T : unmanaged, ILanes<T> => unary.Apply(binary.Apply(left, right));
}
