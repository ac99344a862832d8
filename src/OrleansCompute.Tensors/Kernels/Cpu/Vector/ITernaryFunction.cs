namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>A function of three arguments, with its parameters as fields. It has no other state, so the loops inline it.</summary>
internal interface ITernaryFunction
{
    T Apply<T>(T first, T second, T third)
        where T : unmanaged, ILanes<T>;
}
