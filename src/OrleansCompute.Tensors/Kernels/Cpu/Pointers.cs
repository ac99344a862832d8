using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Addresses of memory that never moves. Stateless.</summary>
internal static unsafe class Pointers
{
    /// <summary>Start of a buffer, valid while the buffer lives and does not grow.</summary>
    public static float* Of(AlignedBuffer buffer) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(buffer.Floats));
}
