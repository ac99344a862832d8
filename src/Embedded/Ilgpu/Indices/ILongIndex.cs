namespace ILGPU;

/// <summary>An index of 64 bits a component and its narrower form.</summary>
public interface ILongIndex<TLongIndex, TIndex> : IIntrinsicIndex, IGenericIndex<TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
{
    /// <summary>This index with 32 bits a component; throws when one does not fit.</summary>
    TIndex ToIntIndex();
}
