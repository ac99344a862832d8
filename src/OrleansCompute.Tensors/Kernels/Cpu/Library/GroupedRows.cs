using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Lays a tensor out so that the dimensions of a group lie in one row, and back. Keeps its memory; not thread-safe.</summary>
internal sealed unsafe class GroupedRows
{
    private readonly StridedMove? _in;
    private readonly StridedMove? _out;
    private readonly AlignedBuffer _rows = new();
    private readonly int _elements;

    private GroupedRows(StridedMove? moveIn, StridedMove? moveOut, int elements, int length)
    {
        (_in, _out, _elements, Length) = (moveIn, moveOut, elements, length);
        _rows.Ensure(moveIn is null ? 0 : elements);
    }

    /// <summary>Elements of a row.</summary>
    public int Length { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Length == 0 ? 0 : _elements / Length;

    /// <summary>Null when more dimensions are walked than a strided copy has.</summary>
    public static GroupedRows? Of(CpuKernelContext context, Shape shape, bool[] grouped)
    {
        int[] kept = [.. Enumerable.Range(0, shape.Rank).Where(axis => !grouped[axis])], row = [.. Enumerable.Range(0, shape.Rank).Where(axis => grouped[axis])];
        int[] order = [.. kept, .. row];
        var length = row.Aggregate(1, (product, axis) => product * shape[axis]);
        if (order.SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            return new GroupedRows(null, null, shape.Elements, length);
        }

        var back = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            back[order[i]] = i;
        }

        var there = StridedMove.Permutation(context, sizeof(float), shape, order);
        var again = StridedMove.Permutation(context, sizeof(float), new Shape([.. order.Select(axis => shape[axis])]), back);
        return there is null || again is null ? null : new GroupedRows(there, again, shape.Elements, length);
    }

    /// <summary>The rows of x; x itself when they lie so.</summary>
    public float* In(float* x)
    {
        if (_in is null)
        {
            return x;
        }

        _in.Run((byte*)x, _elements, (byte*)Pointers.Of(_rows), _elements);
        return Pointers.Of(_rows);
    }

    /// <summary>Where rows of results are written before <see cref="Out"/>: their own memory, or the target itself.</summary>
    public float* Target(float* y) => _out is null ? y : Pointers.Of(_rows);

    /// <summary>Brings rows of results to their places.</summary>
    public void Out(float* rows, float* y) => _out?.Run((byte*)rows, _elements, (byte*)y, _elements);
}
