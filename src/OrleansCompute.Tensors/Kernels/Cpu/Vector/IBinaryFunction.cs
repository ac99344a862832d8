namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>A function of two arguments, with its parameters as fields. It has no other state, so the loops inline it.</summary>
internal interface IBinaryFunction
{
    T Apply<T>(T left, T right)
        where T : unmanaged, ILanes<T>;
}
