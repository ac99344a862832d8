namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>How an operand of a matrix product is stored; sums are float32 in any case.</summary>
internal enum GemmStorage
{
    /// <summary>32-bit IEEE floats.</summary>
    Float32 = 0,

    /// <summary>16-bit IEEE floats.</summary>
    Float16 = 1,

    /// <summary>The upper 16 bits of 32-bit floats.</summary>
    BFloat16 = 2,
}
