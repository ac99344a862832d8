using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Kernels.Reference;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>Creates kernel sets. Thread-safe.</summary>
public static class KernelSets
{
    /// <summary>Most threads of one kernel set.</summary>
    public const int MaxThreads = 256;

    /// <summary>Kernels for this machine's processor.</summary>
    /// <param name="level">Vector instructions to use; <see cref="SimdSupport.Best"/> is the fastest.</param>
    /// <param name="threads">Threads that one call divides its work among, 1 to 256; the calling thread is one of them.</param>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instructions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static IKernelSet Create(SimdLevel level, int threads = 1)
    {
        if (!Enum.IsDefined(level))
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "SIMD level: allowed Scalar, Vector256, Vector512.");
        }

        if (threads is < 1 or > MaxThreads)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), threads, $"Threads: allowed 1 to {MaxThreads}.");
        }

        if (!SimdSupport.IsSupported(level))
        {
            throw new PlatformNotSupportedException(
                $"SIMD level {level} is not supported by this processor; the best supported one is {SimdSupport.Best}. Use that or a lower one.");
        }

        return new CpuKernels(level, threads);
    }

    /// <summary>The slow kernels that define what the others must compute; for tests and for checking results.</summary>
    public static IKernelSet CreateReference() => new ReferenceKernels();
}
