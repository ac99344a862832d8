using ILGPU.Runtime;

namespace ILGPU;

/// <summary>A window over memory of an accelerator.</summary>
public interface IArrayView
{
    /// <summary>The buffer below.</summary>
    MemoryBuffer Buffer { get; }

    /// <summary>Whether there is memory.</summary>
    bool IsValid { get; }

    /// <summary>Elements.</summary>
    long Length { get; }

    /// <summary>Bytes per element.</summary>
    int ElementSize { get; }

    /// <summary>Bytes.</summary>
    long LengthInBytes { get; }
}

/// <summary>A window over memory of an accelerator.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IArrayView<T> : IArrayView
    where T : unmanaged;

/// <summary>A window with an index.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TIndex">The index.</typeparam>
public interface IArrayView<T, TIndex> : IArrayView
    where T : unmanaged
    where TIndex : struct, IGenericIndex<TIndex>
{
    /// <summary>The size.</summary>
    TIndex Extent { get; }

    /// <summary>An element.</summary>
    ref T this[TIndex index] { get; }
}

/// <summary>A window with an index and a stride.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TIndex">The index.</typeparam>
/// <typeparam name="TLongIndex">The wider index.</typeparam>
/// <typeparam name="TStride">How the elements lie in memory.</typeparam>
public interface IArrayView<T, TIndex, TLongIndex, TStride> : IArrayView<T, TLongIndex>, IStridedArrayView<T, TIndex, TStride>
    where T : unmanaged
    where TIndex : struct, IIntIndex<TIndex, TLongIndex>
    where TLongIndex : struct, ILongIndex<TLongIndex, TIndex>
    where TStride : struct, IStride<TIndex>
{
    /// <summary>Elements, 32 bits.</summary>
    int IntLength { get; }

    /// <summary>The size, 32 bits.</summary>
    TIndex IntExtent { get; }

    /// <summary>An element.</summary>
    ref T this[TIndex index] { get; }
}
