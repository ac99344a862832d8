using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Turns the number of an element (the last dimension fastest) into its place in memory, for up to six dimensions: broadcasts, transposes
/// and slices are maps. A plain struct of ints, so that kernels on any device take it as an argument.
/// </summary>
internal readonly struct IndexMap
{
    public readonly int Rank;
    public readonly int Start;
    private readonly int _n0;
    private readonly int _n1;
    private readonly int _n2;
    private readonly int _n3;
    private readonly int _n4;
    private readonly int _s0;
    private readonly int _s1;
    private readonly int _s2;
    private readonly int _s3;
    private readonly int _s4;
    private readonly int _s5;

    private IndexMap(List<int> sizes, List<int> strides, int start)
    {
        // Innermost first; the outermost size is never needed.
        Rank = Math.Max(sizes.Count, 1);
        Start = start;
        (_n0, _n1, _n2, _n3, _n4) = (Size(0), Size(1), Size(2), Size(3), Size(4));
        (_s0, _s1, _s2, _s3, _s4, _s5) = (Stride(0), Stride(1), Stride(2), Stride(3), Stride(4), Stride(5));

        int Size(int i) => i < sizes.Count ? sizes[^(i + 1)] : 1;
        int Stride(int i) => i < strides.Count ? strides[^(i + 1)] : 0;
    }

    /// <summary>Makes a map; null when more than six dimensions are left after those that are walked alike became one.</summary>
    public static IndexMap? Create(ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int start = 0)
    {
        var (kept, steps) = (new List<int>(), new List<int>());
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 1)
            {
                continue;
            }

            if (kept.Count > 0 && steps[^1] == (long)strides[i] * sizes[i])
            {
                kept[^1] *= sizes[i];
                steps[^1] = strides[i];
            }
            else
            {
                kept.Add(sizes[i]);
                steps.Add(strides[i]);
            }
        }

        return kept.Count <= 6 ? new IndexMap(kept, steps, start) : null;
    }

    /// <summary>The map of a contiguous tensor seen with a larger shape.</summary>
    public static IndexMap? Broadcast(Shape from, Shape to) => Create(to.Dimensions, Broadcasting.Strides(from, from.Strides(), to));

    /// <summary>The place of an element.</summary>
    public int At(int index)
    {
        if (Rank == 1)
        {
            return Start + (index * _s0);
        }

        var at = Start + (index % _n0 * _s0);
        index /= _n0;
        if (Rank == 2)
        {
            return at + (index * _s1);
        }

        at += index % _n1 * _s1;
        index /= _n1;
        if (Rank == 3)
        {
            return at + (index * _s2);
        }

        at += index % _n2 * _s2;
        index /= _n2;
        if (Rank == 4)
        {
            return at + (index * _s3);
        }

        at += index % _n3 * _s3;
        index /= _n3;
        return Rank == 5 ? at + (index * _s4) : at + (index % _n4 * _s4) + (index / _n4 * _s5);
    }
}
