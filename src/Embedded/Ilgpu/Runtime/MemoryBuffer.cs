using System.Runtime.CompilerServices;

namespace ILGPU.Runtime;

/// <summary>Memory of an accelerator.</summary>
public abstract class MemoryBuffer : AcceleratorObject
{
    /// <summary>Memory of so many elements of so many bytes.</summary>
    protected MemoryBuffer(Accelerator accelerator, long length, int elementSize)
        : base(accelerator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        Length = length;
        ElementSize = elementSize;
    }

    /// <summary>Where the memory begins; zero once disposed.</summary>
    public IntPtr NativePtr { get; protected set; }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>Bytes per element.</summary>
    public int ElementSize { get; }

    /// <summary>Bytes.</summary>
    public long LengthInBytes => Length * ElementSize;

    internal abstract Storage Storage { get; }

    /// <summary>Sets bytes.</summary>
    public void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length)
    {
        if (length != 0)
        {
            MemSet(stream, value, AsRawArrayView(targetOffsetInBytes, length));
        }
    }

    /// <summary>Copies bytes of this buffer, as many as the target has.</summary>
    public void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView)
    {
        if (targetView.IsValid)
        {
            CopyTo(stream, AsRawArrayView(sourceOffsetInBytes, targetView.LengthInBytes), targetView);
        }
    }

    /// <summary>Copies bytes into this buffer, as many as the source has.</summary>
    public void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes)
    {
        if (sourceView.IsValid)
        {
            CopyFrom(stream, sourceView, AsRawArrayView(targetOffsetInBytes, sourceView.LengthInBytes));
        }
    }

    /// <summary>All bytes.</summary>
    public ArrayView<byte> AsRawArrayView() => AsRawArrayView(0L, LengthInBytes);

    /// <summary>The bytes from an offset on.</summary>
    public ArrayView<byte> AsRawArrayView(long offsetInBytes) => AsRawArrayView(offsetInBytes, LengthInBytes - offsetInBytes);

    /// <summary>Some bytes.</summary>
    public ArrayView<byte> AsRawArrayView(long offsetInBytes, long lengthInBytes)
    {
        if (offsetInBytes < 0 || (LengthInBytes > 0 && offsetInBytes >= LengthInBytes))
        {
            throw new ArgumentOutOfRangeException(
                nameof(offsetInBytes), offsetInBytes, $"Byte {offsetInBytes} does not lie in the buffer of {LengthInBytes} bytes.");
        }

        if (lengthInBytes < 0 || lengthInBytes > LengthInBytes - offsetInBytes)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lengthInBytes),
                lengthInBytes,
                $"{lengthInBytes} bytes from byte {offsetInBytes} on do not lie in the buffer of {LengthInBytes} bytes.");
        }

        return new(this, offsetInBytes, lengthInBytes);
    }

    /// <summary>Some elements; their type must have the size that the buffer was made for.</summary>
    public ArrayView<T> AsArrayView<T>(long offset, long length)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != ElementSize)
        {
            throw new NotSupportedException(
                $"{typeof(T).Name} has {Unsafe.SizeOf<T>()} bytes, the buffer's elements have {ElementSize}. Take the raw view and cast it.");
        }

        if (offset < 0 || (Length > 0 && offset >= Length))
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Element {offset} does not lie in the buffer of {Length}.");
        }

        if (length < 0 || length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"{length} elements from {offset} on do not lie in the buffer of {Length}.");
        }

        return new(this, offset, length);
    }

    /// <summary>Sets bytes.</summary>
    protected internal abstract void MemSet(AcceleratorStream stream, byte value, in ArrayView<byte> targetView);

    /// <summary>Copies bytes of this buffer.</summary>
    protected internal abstract void CopyTo(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);

    /// <summary>Copies bytes into this buffer.</summary>
    protected internal abstract void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, in ArrayView<byte> targetView);
}
