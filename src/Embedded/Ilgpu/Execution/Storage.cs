using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU.Runtime;

namespace ILGPU.Execution;

/// <summary>
/// Pinned memory that views point into. It lives as long as a view of it does, so a view that outlives its buffer reads stale
/// memory but never memory of others.
/// </summary>
internal sealed unsafe class Storage
{
    private const int Alignment = 64;

    // Keeps the memory; never read.
    private readonly object _memory;

    /// <summary>Zeroed memory, aligned to a cache line.</summary>
    public Storage(long bytes)
    {
        // Blocks of 64 bytes reach past the 2 GB that an array of bytes is limited to; one more to align within.
        var blocks = checked((int)((bytes / Alignment) + 2));
        var memory = GC.AllocateArray<Vector512<byte>>(blocks, pinned: true);
        _memory = memory;
        Pointer = (byte*)(((nint)Unsafe.AsPointer(ref memory[0]) + Alignment - 1) & ~(nint)(Alignment - 1));
        Length = bytes;
    }

    /// <summary>Memory of somebody else that is pinned already.</summary>
    public Storage(object owner, byte* pointer, long bytes)
    {
        _memory = owner;
        Pointer = pointer;
        Length = bytes;
    }

    public byte* Pointer { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>The buffer whose memory this is; null for memory of a running kernel.</summary>
    public MemoryBuffer? Buffer { get; set; }

    public object Memory => _memory;
}
