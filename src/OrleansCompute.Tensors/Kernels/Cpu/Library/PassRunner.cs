namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Reduces [outer, axis, inner] with all threads: they take parts of the outer size, or, where that is 1, parts of the axis, whose partial
/// results are reduced once more. Long reductions go in units, between which they may be stopped. Keeps scratch memory; not thread-safe.
/// </summary>
/// <param name="context">Vector instructions, threads and the signal.</param>
/// <param name="unit">Elements of a unit, 1 or more; default: some milliseconds of them.</param>
internal sealed unsafe class PassRunner(CpuKernelContext context, int unit = PassRunner.UnitElements) : TeamWork
{
    /// <summary>Reduces x [outer, axis, inner] to y [outer, inner].</summary>
    public delegate void Function(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y);

    private const int UnitElements = 1 << 24;
    private const int MinShared = 1 << 15;
    private readonly StopSignal _stop = context.Stop;
    private readonly AlignedBuffer _partial = new();
    private Function? _function;
    private AxisPass _pass;
    private int _slices;
    private float* _x;
    private float* _y;

    /// <summary>Runs one pass; <paramref name="join"/> reduces partial results.</summary>
    public void Run(AxisPass pass, Function function, Function join, float* x, float* y)
    {
        (_pass, _function, _slices) = (pass, function, 0);
        _x = x;
        _y = y;
        var elements = (long)pass.Outer * pass.Axis * pass.Inner;
        var isShared = context.Team.Parts > 1 && elements >= MinShared;
        if (pass.Outer == 1 && ((isShared && pass.Axis >= 2 * context.Team.Parts) || (elements > unit && pass.Axis > 1)))
        {
            // Each thread one, or several where these are too long to be waited for.
            var parts = isShared ? context.Team.Parts : 1;
            _slices = (int)Math.Min(pass.Axis, parts * Math.Max(1, (elements / parts / unit) + (elements / parts % unit > 0 ? 1 : 0)));
            _partial.Ensure(checked(_slices * pass.Inner));
            _y = Pointers.Of(_partial);
        }

        if (isShared && (_slices > 0 || pass.Outer >= context.Team.Parts))
        {
            context.Team.Run(this);
        }
        else
        {
            Run(0, 1);
        }

        if (_slices > 0 && !_stop.IsRequested)
        {
            join(context.Level, 1, _slices, pass.Inner, _partial.Floats[..(_slices * pass.Inner)], new Span<float>(y, pass.Inner));
        }
    }

    public override void Run(int part, int parts)
    {
        var inner = _pass.Inner;
        if (_slices > 0)
        {
            for (var slice = Start(_slices, part, parts); slice < Start(_slices, part + 1, parts) && !_stop.IsRequested; slice++)
            {
                int first = Start(_pass.Axis, slice, _slices), count = Start(_pass.Axis, slice + 1, _slices) - first;
                _function!(context.Level, 1, count, inner, new ReadOnlySpan<float>(_x + ((nint)first * inner), count * inner), new Span<float>(_y + ((nint)slice * inner), inner));
            }

            return;
        }

        int size = _pass.Axis * inner, step = Math.Max(1, unit / Math.Max(1, size)), end = Start(_pass.Outer, part + 1, parts);
        for (var first = Start(_pass.Outer, part, parts); first < end && !_stop.IsRequested; first += step)
        {
            var count = Math.Min(step, end - first);
            _function!(
                context.Level, count, _pass.Axis, inner, new ReadOnlySpan<float>(_x + ((nint)first * size), count * size), new Span<float>(_y + ((nint)first * inner), count * inner));
        }
    }
}
