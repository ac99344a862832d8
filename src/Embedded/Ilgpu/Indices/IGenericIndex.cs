namespace ILGPU;

/// <summary>What every index can do.</summary>
public interface IGenericIndex<TIndex> : IIndex, IEquatable<TIndex>
    where TIndex : struct, IIndex
{
    /// <summary>Whether every component is at least 0 and below that of <paramref name="dimension"/>.</summary>
    bool InBounds(TIndex dimension);

    /// <summary>Whether every component is at least 0 and at most that of <paramref name="dimension"/>.</summary>
    bool InBoundsInclusive(TIndex dimension);

    /// <summary>The component-wise sum.</summary>
    TIndex Add(TIndex rhs);

    /// <summary>The component-wise difference.</summary>
    TIndex Subtract(TIndex rhs);
}
