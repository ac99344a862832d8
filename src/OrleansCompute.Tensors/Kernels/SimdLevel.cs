namespace OrleansCompute.Tensors.Kernels;

/// <summary>Width of the vector instructions that a CPU kernel set uses.</summary>
public enum SimdLevel
{
    /// <summary>No vector instructions: any processor.</summary>
    Scalar = 0,

    /// <summary>256-bit vectors with fused multiply-add (x64: AVX2 and FMA).</summary>
    Vector256 = 1,

    /// <summary>512-bit vectors (x64: AVX-512).</summary>
    Vector512 = 2,
}
