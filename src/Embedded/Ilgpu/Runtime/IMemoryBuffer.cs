namespace ILGPU.Runtime;

/// <summary>Memory with a view.</summary>
/// <typeparam name="TView">The view.</typeparam>
public interface IMemoryBuffer<in TView> : IContiguousArrayView
    where TView : struct, IArrayView
{
    /// <summary>Sets bytes.</summary>
    void MemSet(AcceleratorStream stream, byte value, long targetOffsetInBytes, long length);

    /// <summary>Copies bytes of this buffer, as many as the target has.</summary>
    void CopyTo(AcceleratorStream stream, long sourceOffsetInBytes, in ArrayView<byte> targetView);

    /// <summary>Copies bytes into this buffer, as many as the source has.</summary>
    void CopyFrom(AcceleratorStream stream, in ArrayView<byte> sourceView, long targetOffsetInBytes);
}
