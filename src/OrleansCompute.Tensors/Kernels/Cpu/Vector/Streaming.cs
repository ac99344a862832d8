using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Takes blocks from the first-level cache to memory past the caches, for results that would not stay there: a usual store first reads
/// the line that it overwrites. Sums of two 16 MB tensors take 0.7 of the time. Stateless.
/// </summary>
internal static unsafe class Streaming
{
    /// <summary>Smaller results are read again from the third-level cache (32 MB where this was measured) before they leave it.</summary>
    public const long MinBytes = 16L << 20;

    /// <summary>Whether a result is worth it, and lies where such stores may go.</summary>
    public static bool Fits(SimdLevel level, void* result, long bytes) =>
        level != SimdLevel.Scalar && bytes >= MinBytes && (nuint)result % 64 == 0;

    /// <summary>Copies bytes that do not overlap; <paramref name="to"/> is a multiple of 64. <see cref="Finish"/> ends a series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(SimdLevel level, byte* from, byte* to, int bytes)
    {
        var i = 0;
        if (level == SimdLevel.Vector512)
        {
            for (; i <= bytes - 128; i += 128)
            {
                var first = Vector512.Load(from + i);
                var second = Vector512.Load(from + i + 64);
                first.StoreAlignedNonTemporal(to + i);
                second.StoreAlignedNonTemporal(to + i + 64);
            }
        }
        else
        {
            for (; i <= bytes - 64; i += 64)
            {
                var first = Vector256.Load(from + i);
                var second = Vector256.Load(from + i + 32);
                first.StoreAlignedNonTemporal(to + i);
                second.StoreAlignedNonTemporal(to + i + 32);
            }
        }

        Buffer.MemoryCopy(from + i, to + i, bytes - i, bytes - i);
    }

    /// <summary>What was copied is visible to other threads before anything that is stored after this.</summary>
    public static void Finish()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
