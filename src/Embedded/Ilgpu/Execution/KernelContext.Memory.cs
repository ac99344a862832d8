using System.Runtime.CompilerServices;

namespace ILGPU.Execution;

internal sealed unsafe partial class KernelContext
{
    // A thread that allocates in a loop by mistake is stopped here and not by the machine.
    private const long MaxLocalBytes = 1L << 30;
    private const int LocalChunk = 64 * 1024;

    private readonly List<Storage> _local = [];
    private Storage?[] _shared = [];
    private Storage? _dynamic;
    private long _dynamicBytes;
    private int _localChunk;
    private long _localUsed;
    private long _localTotal;

    /// <summary>Shared memory of one place in the kernel: every thread of the group gets the same.</summary>
    public static ArrayView<T> AllocateShared<T>(int extent, int site, KernelContext context)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extent);
        if (site >= context._shared.Length)
        {
            Array.Resize(ref context._shared, site + 1);
        }

        ref var storage = ref context._shared[site];
        var bytes = (long)extent * sizeof(T);
        if (storage is null || storage.Length < bytes)
        {
            storage = new Storage(bytes);
        }

        return new(storage, (T*)storage.Pointer, extent);
    }

    public void SetDynamic(long bytes)
    {
        _dynamicBytes = bytes;
        if (bytes > (_dynamic?.Length ?? 0))
        {
            _dynamic = new Storage(bytes);
        }
    }

    public ArrayView<T> GetDynamic<T>()
        where T : unmanaged =>
        _dynamic is null ? ArrayView<T>.Empty : new(_dynamic, (T*)_dynamic.Pointer, _dynamicBytes / sizeof(T));

    public ArrayView<T> AllocateLocal<T>(int extent)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(extent);
        var bytes = (((long)extent * sizeof(T)) + 63) & ~63L;
        _localTotal += bytes;
        if (_localTotal > MaxLocalBytes)
        {
            throw new InsufficientMemoryException(
                $"The threads of a group asked for {_localTotal} bytes of local memory; at most {MaxLocalBytes} are allowed. Allocate once, not in a loop.");
        }

        while (true)
        {
            if (_localChunk == _local.Count)
            {
                _local.Add(new Storage(Math.Max(bytes, LocalChunk)));
                _localUsed = 0;
            }

            var chunk = _local[_localChunk];
            if (_localUsed + bytes <= chunk.Length)
            {
                var first = chunk.Pointer + _localUsed;
                _localUsed += bytes;
                Unsafe.InitBlockUnaligned(first, 0, (uint)bytes);
                return new(chunk, (T*)first, extent);
            }

            _localChunk++;
            _localUsed = 0;
        }
    }

    public void ResetLocal()
    {
        _localChunk = 0;
        _localUsed = 0;
        _localTotal = 0;
    }
}
