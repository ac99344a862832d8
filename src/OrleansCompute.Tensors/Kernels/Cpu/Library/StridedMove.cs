using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Copies a box of elements from one strided view to another; threads take parts of its outermost dimension. Made once for fixed sizes;
/// not thread-safe.
/// </summary>
internal sealed unsafe class StridedMove : TeamWork
{
    private const int MinShared = 1 << 16;

    /// <summary>Elements, some 20 milliseconds and less, after which a long move looks at the signal.</summary>
    private const long UnitElements = 1 << 23;

    private readonly CpuKernelContext _context;
    private readonly StopSignal _stop;
    private readonly int _size;
    private readonly int[] _sizes;
    private readonly long[] _from;
    private readonly long[] _to;
    private readonly long _fromOffset;
    private readonly long _toOffset;
    private readonly long _elements;
    private byte* _x;
    private byte* _y;
    private int _xLength;
    private int _yLength;

    private StridedMove(CpuKernelContext context, int size, List<(int Size, long From, long To)> dimensions, long fromOffset, long toOffset)
    {
        _context = context;
        _stop = context.Stop;
        _size = size;
        _sizes = [.. dimensions.Select(d => d.Size)];
        _from = [.. dimensions.Select(d => d.From)];
        _to = [.. dimensions.Select(d => d.To)];
        (_fromOffset, _toOffset) = (fromOffset, toOffset);
        _elements = dimensions.Aggregate(1L, (product, d) => product * d.Size);
    }

    /// <summary>A move; null when more than eight dimensions are left after those that are walked alike became one.</summary>
    /// <param name="context">Vector instructions and threads.</param>
    /// <param name="size">Bytes of an element: 1, 2, 4 or 8.</param>
    /// <param name="sizes">Sizes of the box.</param>
    /// <param name="from">Strides of the source in elements; 0 repeats, negative runs backwards.</param>
    /// <param name="to">Strides of the target in elements.</param>
    /// <param name="fromOffset">First element of the source.</param>
    /// <param name="toOffset">First element of the target.</param>
    public static StridedMove? Create(
        CpuKernelContext context, int size, ReadOnlySpan<int> sizes, ReadOnlySpan<int> from, ReadOnlySpan<int> to, long fromOffset = 0, long toOffset = 0)
    {
        var dimensions = new List<(int Size, long From, long To)>();
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == 1)
            {
                continue;
            }

            if (dimensions.Count > 0 && dimensions[^1] is var last && last.From == (long)sizes[i] * from[i] && last.To == (long)sizes[i] * to[i])
            {
                dimensions[^1] = (last.Size * sizes[i], from[i], to[i]);
            }
            else
            {
                dimensions.Add((sizes[i], from[i], to[i]));
            }
        }

        return dimensions.Count <= StridedCopy.MaxRank ? new StridedMove(context, size, dimensions, fromOffset, toOffset) : null;
    }

    /// <summary>A permutation of dimensions: the result's dimension i is the source's order[i].</summary>
    public static StridedMove? Permutation(CpuKernelContext context, int size, Shape from, ReadOnlySpan<int> order)
    {
        var strides = from.Strides();
        int[] sizes = new int[order.Length], walked = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            (sizes[i], walked[i]) = (from[order[i]], strides[order[i]]);
        }

        return Create(context, size, sizes, walked, new Shape(sizes).Strides());
    }

    /// <summary>Moves from one block of memory to another; lengths are in elements.</summary>
    public void Run(byte* x, int xLength, byte* y, int yLength)
    {
        if (_elements == 0)
        {
            return;
        }

        _x = x;
        _y = y;
        (_xLength, _yLength) = (xLength, yLength);
        if (_context.Team.Parts > 1 && _sizes.Length > 0 && _sizes[0] > 1 && _elements >= MinShared)
        {
            _context.Team.Run(this);
        }
        else
        {
            Run(0, 1);
        }
    }

    public override void Run(int part, int parts)
    {
        if (_sizes.Length == 0)
        {
            Move(0, 0);
            return;
        }

        int end = Start(_sizes[0], part + 1, parts), unit = (int)Math.Clamp(UnitElements / Math.Max(1, _elements / _sizes[0]), 1, int.MaxValue);
        for (var first = Start(_sizes[0], part, parts); first < end && !_stop.IsRequested;)
        {
            var count = Math.Min(unit, end - first);
            Move(first, count);
            first += count;
        }
    }

    /// <summary>Moves a range of the outermost dimension.</summary>
    private void Move(int first, int count)
    {
        Span<int> sizes = stackalloc int[StridedCopy.MaxRank];
        sizes = sizes[.._sizes.Length];
        _sizes.CopyTo(sizes);
        if (sizes.Length > 0)
        {
            sizes[0] = count;
        }

        long from = _fromOffset + (sizes.Length > 0 ? first * _from[0] : 0), to = _toOffset + (sizes.Length > 0 ? first * _to[0] : 0);
        switch (_size)
        {
            case 1: StridedCopy.Copy(_context.Level, sizes, new ReadOnlySpan<byte>(_x, _xLength), from, _from, new Span<byte>(_y, _yLength), to, _to); break;
            case 2: StridedCopy.Copy(_context.Level, sizes, new ReadOnlySpan<ushort>(_x, _xLength), from, _from, new Span<ushort>(_y, _yLength), to, _to); break;
            case 4: StridedCopy.Copy(_context.Level, sizes, new ReadOnlySpan<uint>(_x, _xLength), from, _from, new Span<uint>(_y, _yLength), to, _to); break;
            default: StridedCopy.Copy(_context.Level, sizes, new ReadOnlySpan<ulong>(_x, _xLength), from, _from, new Span<ulong>(_y, _yLength), to, _to); break;
        }
    }
}
