namespace ILGPU;

/// <summary>A window with a stride.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TStrideIndex">The index of the stride.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
public interface IStridedArrayView<T, TStrideIndex, TStride> : IArrayView<T>
    where T : unmanaged
    where TStrideIndex : struct, IGenericIndex<TStrideIndex>
    where TStride : struct, IStride<TStrideIndex>
{
    /// <summary>How the elements lie in memory.</summary>
    TStride Stride { get; }
}
