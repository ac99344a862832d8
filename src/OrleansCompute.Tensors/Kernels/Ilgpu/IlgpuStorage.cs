using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Memory of an ILGPU device. What a forgotten tensor holds, the finaliser gives back.</summary>
internal sealed class IlgpuStorage : TensorStorage
{
    private readonly IlgpuMemory _owner;
    private MemoryBuffer1D<byte, Stride1D.Dense>? _buffer;

    public IlgpuStorage(IlgpuMemory owner, MemoryBuffer1D<byte, Stride1D.Dense> buffer, long bytes)
        : base(bytes)
    {
        _owner = owner;
        _buffer = buffer;
    }

    ~IlgpuStorage() => Return();

    public override string Place => _owner.Place;

    public IlgpuMemory Owner => _owner;

    /// <summary>Part of the block.</summary>
    /// <exception cref="ObjectDisposedException">The last tensor of the block is disposed of.</exception>
    public ArrayView<byte> View(long offset, long bytes)
    {
        var buffer = _buffer;
        ObjectDisposedException.ThrowIf(buffer is null, typeof(Tensor));
        return buffer.View.BaseView.SubView(offset, bytes);
    }

    protected override void Free()
    {
        Return();
#pragma warning disable CA1816 // Free is this class' Dispose.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
    }

    private void Return()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            _owner.Return(buffer);
        }
    }
}
