namespace ILGPU;

/// <summary>An index of 32 bits a component.</summary>
public interface IIntIndex : IIndex
{
    /// <summary>The product of the components.</summary>
    new int Size { get; }
}

/// <summary>An index of 32 bits a component and its wider form.</summary>
public interface IIntIndex<TIndex, TLongIndex> : IIntIndex, IIntrinsicIndex, IGenericIndex<TIndex>
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
{
    /// <summary>This index with 64 bits a component.</summary>
    TLongIndex ToLongIndex();
}
