namespace ILGPU.Runtime.CPU;

/// <summary>Pinned memory of the process.</summary>
internal sealed unsafe class CpuMemoryBuffer : MemoryBuffer
{
    private Storage? _storage;

    public CpuMemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator, length, elementSize)
    {
        _storage = new Storage(checked(length * elementSize)) { Buffer = this };
        NativePtr = (IntPtr)_storage.Pointer;
    }

    internal override Storage Storage => _storage ?? throw new ObjectDisposedException(nameof(MemoryBuffer));

    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView)
    {
        Require(stream);
        for (long done = 0; done < targetView.Length; done += int.MaxValue)
        {
            new Span<byte>(targetView.Pointer + done, (int)Math.Min(int.MaxValue, targetView.Length - done)).Fill(value);
        }
    }

    protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Copy(stream, sourceView, targetView);

    protected internal override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Copy(stream, sourceView, targetView);

    protected override void DisposeAcceleratorObject(bool disposing)
    {
        // A view that is still somewhere keeps the memory until it is gone as well.
        _storage = null;
        NativePtr = IntPtr.Zero;
    }

    private static void Require(AcceleratorStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
    }

    private static void Copy(AcceleratorStream stream, ArrayView<byte> source, ArrayView<byte> target)
    {
        Require(stream);
        Buffer.MemoryCopy(source.Pointer, target.Pointer, target.Length, Math.Min(source.Length, target.Length));
    }
}
