namespace ILGPU;

/// <summary>Checks on index values.</summary>
public static class IndexTypeExtensions
{
    /// <summary>Throws when an index does not fit in 32 bits.</summary>
    public static void AssertIntIndex(long index) => AssertIntIndexRange(index);

    /// <summary>Throws when a size does not fit in 32 bits.</summary>
    public static void AssertIntIndexRange(long range)
    {
        if (range != (int)range)
        {
            throw new ArgumentOutOfRangeException(
                nameof(range), range, $"{range} does not fit in 32 bits ({int.MinValue} to {int.MaxValue}). Use the 64-bit index types.");
        }
    }

    /// <summary>The product of the components, 32 bits.</summary>
    public static int GetIntSize<TIndex>(this TIndex index)
        where TIndex : struct, IIndex
    {
        AssertIntIndexRange(index.Size);
        return (int)index.Size;
    }
}
