namespace ILGPU;

/// <summary>How elements of a view lie in memory.</summary>
public interface IStride<TIndex>
    where TIndex : struct, IGenericIndex<TIndex>
{
    /// <summary>Elements between neighbours in every dimension.</summary>
    TIndex StrideExtent { get; }

    /// <summary>The stride of the first dimension alone.</summary>
    Stride1D.General To1DStride();
}

/// <summary>How elements of a view lie in memory, for 32-bit and 64-bit indices.</summary>
public interface IStride<TIndex, TLongIndex> : IStride<TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
{
    /// <summary>The position of an element, in elements.</summary>
    int ComputeElementIndex(TIndex index);

    /// <summary>The position of an element, in elements.</summary>
    long ComputeElementIndex(TLongIndex index);

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    int ComputeElementIndexChecked(TIndex index, TIndex extent);

    /// <summary>The position of an element whose index is checked against the extent.</summary>
    long ComputeElementIndexChecked(TLongIndex index, TLongIndex extent);

    /// <summary>The index of the element at a position.</summary>
    TIndex ReconstructFromElementIndex(int elementIndex);

    /// <summary>The index of the element at a position.</summary>
    TLongIndex ReconstructFromElementIndex(long elementIndex);

    /// <summary>How many elements a buffer for this extent needs.</summary>
    int ComputeBufferLength(TIndex extent);

    /// <summary>How many elements a buffer for this extent needs.</summary>
    long ComputeBufferLength(TLongIndex extent);
}
