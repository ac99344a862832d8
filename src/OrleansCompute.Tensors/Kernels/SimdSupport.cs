using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>What this processor offers. Thread-safe.</summary>
public static class SimdSupport
{
    /// <summary>The widest level that this processor accelerates.</summary>
    public static SimdLevel Best =>
        IsSupported(SimdLevel.Vector512) ? SimdLevel.Vector512
        : IsSupported(SimdLevel.Vector256) ? SimdLevel.Vector256
        : SimdLevel.Scalar;

    /// <summary>Whether this processor accelerates <paramref name="level"/>; false for values that are not defined.</summary>
    public static bool IsSupported(SimdLevel level) => level switch
    {
        // Vector512 without AVX-512F (a runtime that emulates it with two halves) would spill the 28-accumulator tiles.
        SimdLevel.Vector512 => Vector512.IsHardwareAccelerated && Avx512F.IsSupported,
        SimdLevel.Vector256 => Vector256.IsHardwareAccelerated && Fma.IsSupported,
        SimdLevel.Scalar => true,
        _ => false,
    };
}
