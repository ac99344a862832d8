using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansCompute.Tensors.Kernels;

/// <summary>
/// Memory of 4-byte elements that starts on a cache line (64 bytes), so that no 512-bit load of a packed panel touches two lines.
/// It never moves (pinned object heap) and starts as zeros. Not thread-safe.
/// </summary>
internal sealed class AlignedBuffer
{
    private const int LineElements = 16;
    private float[] _memory = [];
    private int _start;

    public AlignedBuffer(int length = 0) => Ensure(length);

    public int Length { get; private set; }

    public Span<float> Floats => _memory.AsSpan(_start, Length);

    public Memory<float> Memory => _memory.AsMemory(_start, Length);

    public Span<int> Ints => MemoryMarshal.Cast<float, int>(Floats);

    /// <summary>Makes room; a buffer that was too small is replaced by one of zeros.</summary>
    public unsafe void Ensure(int length)
    {
        if (length <= Length)
        {
            return;
        }

        _memory = GC.AllocateArray<float>(checked(length + LineElements), pinned: true);
        var address = (nuint)(nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _start = (int)((64 - (address % 64)) % 64 / sizeof(float));
        Length = length;
    }
}
