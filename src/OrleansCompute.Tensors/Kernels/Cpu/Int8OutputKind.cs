namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>What becomes of 32-bit sums of 8-bit products.</summary>
internal enum Int8OutputKind
{
    /// <summary>The sums themselves.</summary>
    Int32 = 0,

    /// <summary>sum * scale + bias as float32.</summary>
    Float32 = 1,

    /// <summary>sum * scale + bias, rounded to the nearest (halves to even), plus the zero point, saturated to 0 to 255.</summary>
    UInt8 = 2,

    /// <summary>The same, saturated to -128 to 127.</summary>
    Int8 = 3,
}
