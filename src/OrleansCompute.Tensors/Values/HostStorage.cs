using System.Runtime.InteropServices;

namespace OrleansCompute.Tensors.Values;

/// <summary>Host memory that starts on a cache line (64 bytes) and never moves. What a forgotten tensor holds, the finaliser gives back.</summary>
public sealed unsafe class HostStorage : TensorStorage
{
    private readonly HostMemory? _owner;
    private byte* _pointer;

    internal HostStorage(HostMemory? owner, byte* pointer, long bytes)
        : base(bytes)
    {
        _owner = owner;
        _pointer = pointer;
    }

    /// <summary>Returns the block of a tensor that nobody disposed of.</summary>
    ~HostStorage() => Return();

    /// <inheritdoc/>
    public override string Place => "host";

    /// <summary>First byte, on a 64-byte boundary; null after the last reference is gone.</summary>
    public byte* Address => _pointer;

    /// <summary>A block outside any pool, for constants and tests.</summary>
    /// <param name="bytes">Size, 0 or more.</param>
    public static HostStorage Create(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new HostStorage(null, (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 1), 64), bytes);
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        Return();
#pragma warning disable CA1816 // Free is this class' Dispose.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
    }

    private void Return()
    {
        var pointer = _pointer;
        _pointer = null;
        if (pointer != null && _owner is not null)
        {
            _owner.Return(pointer, Bytes);
        }
        else
        {
            NativeMemory.AlignedFree(pointer);
        }
    }
}
