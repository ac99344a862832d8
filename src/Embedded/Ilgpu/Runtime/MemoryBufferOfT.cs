namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator with the view that it was allocated for.</summary>
/// <typeparam name="TView">The view.</typeparam>
public class MemoryBuffer<TView> : MemoryBuffer, IMemoryBuffer<TView>
    where TView : struct, IArrayView
{
    private readonly MemoryBuffer? _buffer;

    /// <summary>A buffer around memory that it disposes with itself.</summary>
    protected internal MemoryBuffer(Accelerator accelerator, in TView view)
        : base(accelerator, view.Length, view.ElementSize)
    {
        View = view;
        _buffer = view.Buffer;
        NativePtr = _buffer?.NativePtr ?? IntPtr.Zero;
    }

    /// <summary>The view of all of it.</summary>
    public TView View { get; private set; }

    /// <summary>Whether it is not disposed.</summary>
    public bool IsValid => !IsDisposed;

    MemoryBuffer IArrayView.Buffer => Buffer;

    long IContiguousArrayView.Index => 0;

    long IContiguousArrayView.IndexInBytes => 0;

    internal override Storage Storage => Buffer.Storage;

    /// <summary>The memory below.</summary>
    protected MemoryBuffer Buffer => _buffer ?? throw new ObjectDisposedException(GetType().Name, "The buffer is empty or disposed.");

    /// <summary>The view of all of it.</summary>
    public TView ToArrayView() => View;

    /// <summary>The view of all of it.</summary>
    public static implicit operator TView(MemoryBuffer<TView> buffer) => buffer.View;

    /// <inheritdoc/>
    protected internal override void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView) =>
        Buffer.MemSet(stream, value, targetView);

    /// <inheritdoc/>
    protected internal override void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Buffer.CopyTo(stream, sourceView, targetView);

    /// <inheritdoc/>
    protected internal override void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView) =>
        Buffer.CopyFrom(stream, sourceView, targetView);

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        _buffer?.Dispose();
        NativePtr = IntPtr.Zero;
        View = default;
    }
}
