namespace ILGPU;

/// <summary>A stride that can follow its view to another element type.</summary>
public interface ICastableStride<TIndex, TLongIndex, TStride>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TStride : struct, IStride<TIndex, TLongIndex>, ICastableStride<TIndex, TLongIndex, TStride>
{
    /// <summary>The extent and stride for the other element type.</summary>
    (TLongIndex Extent, TStride Stride) Cast<TContext>(in TContext context, in TLongIndex extent)
        where TContext : struct, IStrideCastContext;
}
