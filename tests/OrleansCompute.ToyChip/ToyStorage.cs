using OrleansCompute.Tensors.Values;

namespace OrleansCompute.ToyChip;

/// <summary>Memory of the toy: on a real chip a handle of the vendor's runtime, here an array that only the toy reads.</summary>
public sealed class ToyStorage(ToyMemory owner, long bytes) : TensorStorage(bytes)
{
    private byte[]? _cells = new byte[bytes];

    public override string Place => "toy";

    public ToyMemory Owner => owner;

    public Span<byte> Cells(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_cells is null, typeof(Tensor));
        return _cells.AsSpan((int)offset, (int)count);
    }

    protected override void Free()
    {
        _cells = null;
        owner.Return(Bytes);
    }
}
