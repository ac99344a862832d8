namespace ILGPU;

/// <summary>A window without gaps.</summary>
public interface IContiguousArrayView : IArrayView
{
    /// <summary>Where the window begins in its buffer, in elements.</summary>
    long Index { get; }

    /// <summary>Where the window begins in its buffer, in bytes.</summary>
    long IndexInBytes { get; }

    /// <summary>The bytes of the window.</summary>
    ArrayView<byte> AsRawArrayView();
}

/// <summary>A window without gaps.</summary>
/// <typeparam name="T">The element.</typeparam>
public interface IContiguousArrayView<T> : IArrayView<T>, IContiguousArrayView
    where T : unmanaged;
