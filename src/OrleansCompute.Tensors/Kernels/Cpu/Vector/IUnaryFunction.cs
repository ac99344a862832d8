namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>A function of one argument, with its parameters as fields. It has no other state, so the loops inline it.</summary>
internal interface IUnaryFunction
{
    T Apply<T>(T x)
        where T : unmanaged, ILanes<T>;
}
