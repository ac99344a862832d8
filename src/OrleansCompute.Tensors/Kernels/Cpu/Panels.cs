using System.Runtime.CompilerServices;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// How the columns of a right operand are cut into panels as wide as the micro-kernel's tiles: wide ones first, and a narrow one when
/// what is left fits it. Within a panel the floats of one step lie together; missing columns are zeros. Immutable.
/// </summary>
internal readonly unsafe struct Panels
{
    private readonly MicroKernel _micro;

    public Panels(MicroKernel micro, int columns)
    {
        _micro = micro;
        Columns = columns;
        var rest = columns % micro.WideColumns;
        Count = (columns / micro.WideColumns) + (rest > 0 ? 1 : 0);
        LastIsNarrow = rest > 0 && rest <= micro.NarrowColumns;
        PackedColumns = (columns / micro.WideColumns * micro.WideColumns)
            + (rest == 0 ? 0 : LastIsNarrow ? micro.NarrowColumns : micro.WideColumns);
    }

    public int Columns { get; }

    public int Count { get; }

    public bool LastIsNarrow { get; }

    /// <summary>Columns with the padding of the last panel.</summary>
    public int PackedColumns { get; }

    /// <summary>Whether a row-major matrix with this number of columns already has the packed form.</summary>
    public bool IsPackedAsIs => Count == 1 && PackedColumns == Columns;

    public bool IsNarrow(int panel) => LastIsNarrow && panel == Count - 1;

    public int FirstColumn(int panel) => panel * _micro.WideColumns;

    public int Width(int panel) => IsNarrow(panel) ? _micro.NarrowColumns : _micro.WideColumns;

    public int ColumnsIn(int panel) => Math.Min(Width(panel), Columns - FirstColumn(panel));

    /// <summary>Packs rows of a row-major matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* source, int stride, int depth, float* packed)
    {
        for (var panel = 0; panel < Count; panel++)
        {
            int width = Width(panel), count = ColumnsIn(panel);
            var from = source + FirstColumn(panel);
            for (var k = 0; k < depth; k++, from += stride, packed += width)
            {
                new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(packed, count));
                if (count < width)
                {
                    new Span<float>(packed + count, width - count).Clear();
                }
            }
        }
    }

    /// <summary>Packs a matrix whose columns are contiguous (a transposed one).</summary>
    public void PackTransposed(float* source, int stride, int depth, float* packed)
    {
        // 16 steps at a time: the cache lines read (one per column) are used up, and those written stay in the first-level cache.
        const int Steps = 16;
        for (var panel = 0; panel < Count; panel++)
        {
            int width = Width(panel), count = ColumnsIn(panel);
            var from = source + ((nint)FirstColumn(panel) * stride);
            for (var k0 = 0; k0 < depth; k0 += Steps)
            {
                var steps = Math.Min(Steps, depth - k0);
                for (var j = 0; j < width; j++)
                {
                    var read = from + ((nint)j * stride) + k0;
                    var write = packed + (k0 * width) + j;
                    for (var k = 0; k < steps; k++, write += width)
                    {
                        *write = j < count ? read[k] : 0f;
                    }
                }
            }

            packed += depth * width;
        }
    }
}
