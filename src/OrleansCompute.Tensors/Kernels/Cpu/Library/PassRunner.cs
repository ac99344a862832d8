namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Reduces [outer, axis, inner] with all threads: they take parts of the outer size, or, where that is 1, slices of the axis, whose partial
/// results are reduced once more, or, where the axis is too short for that, tiles of columns. How it is cut depends on the sizes alone: any
/// number of threads gives the same bits. Between two parts it may be stopped. Keeps scratch memory, at most a few megabytes; not thread-safe.
/// </summary>
/// <param name="context">Vector instructions, threads and the signal.</param>
/// <param name="unit">Elements, 1 or more, after which the signal is looked at; default: some milliseconds of them.</param>
internal sealed unsafe class PassRunner(CpuKernelContext context, int unit = PassRunner.UnitElements) : TeamWork
{
    /// <summary>Reduces x [outer, axis, inner] to y [outer, inner].</summary>
    public delegate void Function(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y);

    private const int UnitElements = 1 << 24;
    private const int MinShared = 1 << 15;

    /// <summary>Elements, 256 KB, for each slice, of which there are a multiple of four: as many for each of 2 or 4 threads.</summary>
    private const int SliceElements = 1 << 16;
    private const int Slices = 4;

    /// <summary>Rows that a slice becomes one of: with fewer, reducing it would be a copy.</summary>
    private const int MinRows = 32;

    /// <summary>Partial results, 4 MB.</summary>
    private const int MaxPartial = 1 << 20;

    /// <summary>Elements of a tile, 64 KB: it is copied together, which keeps it in the second-level cache.</summary>
    private const int TileElements = 1 << 14;
    private const int MinColumns = 64;
    private const int MaxColumns = 1024;
    private readonly StopSignal _stop = context.Stop;
    private readonly AlignedBuffer _scratch = new();
    private Function? _function;
    private AxisPass _pass;
    private int _slices;
    private int _tiles;
    private int _tileStride;
    private float* _x;
    private float* _y;

    /// <summary>Floats of scratch memory that it keeps.</summary>
    public int ScratchLength => _scratch.Length;

    /// <summary>Runs one pass; <paramref name="join"/> reduces partial results.</summary>
    public void Run(AxisPass pass, Function function, Function join, float* x, float* y)
    {
        (_pass, _function, _slices, _tiles) = (pass, function, 0, 0);
        _x = x;
        _y = y;
        var elements = (long)pass.Outer * pass.Axis * pass.Inner;
        var isShared = context.Team.Parts > 1 && elements >= MinShared;
        if (pass.Outer == 1 && elements >= MinShared)
        {
            Cut(elements, isShared);
        }

        if (isShared && (_slices > 0 || _tiles > 0 || pass.Outer >= context.Team.Parts))
        {
            context.Team.Run(this);
        }
        else
        {
            Run(0, 1);
        }

        if (_slices > 0 && !_stop.IsRequested)
        {
            join(context.Level, 1, _slices, pass.Inner, _scratch.Floats[..(_slices * pass.Inner)], new Span<float>(y, pass.Inner));
        }
    }

    public override void Run(int part, int parts)
    {
        if (_slices > 0)
        {
            RunSlices(part, parts);
        }
        else if (_tiles > 0)
        {
            RunTiles(part, parts);
        }
        else
        {
            RunOuter(part, parts);
        }
    }

    private void Cut(long elements, bool isShared)
    {
        var (axis, inner) = (_pass.Axis, _pass.Inner);
        var slices = Math.Min(Slices * ((elements + (Slices * SliceElements) - 1) / (Slices * SliceElements)), Math.Min(axis / MinRows, MaxPartial / inner));
        if (slices >= Slices)
        {
            _slices = (int)slices;
            _scratch.Ensure(_slices * inner);
            _y = Pointers.Of(_scratch);
        }
        else if (isShared || elements > unit)
        {
            // Columns do not depend on each other: the bits are those of all at once.
            _tiles = inner / Math.Clamp(TileElements / axis, MinColumns, MaxColumns);
            _tileStride = _tiles > 0 && axis > 1 ? axis * ((inner / _tiles) + 1) : 0;
            _scratch.Ensure((isShared ? context.Team.Parts : 1) * _tileStride);
        }
    }

    private void RunSlices(int part, int parts)
    {
        var inner = _pass.Inner;
        for (var slice = Start(_slices, part, parts); slice < Start(_slices, part + 1, parts) && !_stop.IsRequested; slice++)
        {
            int first = Start(_pass.Axis, slice, _slices), count = Start(_pass.Axis, slice + 1, _slices) - first;
            _function!(context.Level, 1, count, inner, new ReadOnlySpan<float>(_x + ((nint)first * inner), count * inner), new Span<float>(_y + ((nint)slice * inner), inner));
        }
    }

    private void RunTiles(int part, int parts)
    {
        int axis = _pass.Axis, inner = _pass.Inner;
        for (var tile = Start(_tiles, part, parts); tile < Start(_tiles, part + 1, parts) && !_stop.IsRequested; tile++)
        {
            int first = Start(inner, tile, _tiles), count = Start(inner, tile + 1, _tiles) - first;
            var from = _x + first;
            if (axis > 1)
            {
                var copy = Pointers.Of(_scratch) + ((nint)part * _tileStride);
                for (var row = 0; row < axis; row++)
                {
                    new ReadOnlySpan<float>(from + ((nint)row * inner), count).CopyTo(new Span<float>(copy + ((nint)row * count), count));
                }

                from = copy;
            }

            _function!(context.Level, 1, axis, count, new ReadOnlySpan<float>(from, axis * count), new Span<float>(_y + first, count));
        }
    }

    private void RunOuter(int part, int parts)
    {
        var inner = _pass.Inner;
        int size = _pass.Axis * inner, step = Math.Max(1, unit / Math.Max(1, size)), end = Start(_pass.Outer, part + 1, parts);
        for (var first = Start(_pass.Outer, part, parts); first < end && !_stop.IsRequested; first += step)
        {
            var count = Math.Min(step, end - first);
            _function!(
                context.Level, count, _pass.Axis, inner, new ReadOnlySpan<float>(_x + ((nint)first * size), count * size), new Span<float>(_y + ((nint)first * inner), count * inner));
        }
    }
}
