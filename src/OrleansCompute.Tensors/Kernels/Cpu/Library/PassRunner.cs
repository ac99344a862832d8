namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Reduces [outer, axis, inner] with all threads: they take parts of the outer size, or, where that is 1, parts of the axis, whose partial
/// results are reduced once more. Keeps scratch memory; not thread-safe.
/// </summary>
internal sealed unsafe class PassRunner(CpuKernelContext context) : TeamWork
{
    /// <summary>Reduces x [outer, axis, inner] to y [outer, inner].</summary>
    public delegate void Function(SimdLevel level, int outer, int axis, int inner, ReadOnlySpan<float> x, Span<float> y);

    private const int MinShared = 1 << 15;
    private readonly AlignedBuffer _partial = new();
    private Function? _function;
    private AxisPass _pass;
    private float* _x;
    private float* _y;

    /// <summary>Runs one pass; <paramref name="join"/> reduces partial results.</summary>
    public void Run(AxisPass pass, Function function, Function join, float* x, float* y)
    {
        (_pass, _function) = (pass, function);
        _x = x;
        _y = y;
        var isShared = context.Team.Parts > 1 && (long)pass.Outer * pass.Axis * pass.Inner >= MinShared;
        if (isShared && pass.Outer >= context.Team.Parts)
        {
            context.Team.Run(this);
        }
        else if (isShared && pass.Outer == 1 && pass.Axis >= 2 * context.Team.Parts)
        {
            var parts = context.Team.Parts;
            _partial.Ensure(parts * pass.Inner);
            _y = Pointers.Of(_partial);
            context.Team.Run(this);
            join(context.Level, 1, parts, pass.Inner, _partial.Floats[..(parts * pass.Inner)], new Span<float>(y, pass.Inner));
        }
        else
        {
            function(context.Level, pass.Outer, pass.Axis, pass.Inner, new ReadOnlySpan<float>(x, pass.Outer * pass.Axis * pass.Inner), new Span<float>(y, pass.Outer * pass.Inner));
        }
    }

    public override void Run(int part, int parts)
    {
        int inner = _pass.Inner;
        if (_pass.Outer > 1)
        {
            int first = Start(_pass.Outer, part, parts), count = Start(_pass.Outer, part + 1, parts) - first, size = _pass.Axis * inner;
            _function!(
                context.Level, count, _pass.Axis, inner, new ReadOnlySpan<float>(_x + ((nint)first * size), count * size), new Span<float>(_y + ((nint)first * inner), count * inner));
        }
        else
        {
            int first = Start(_pass.Axis, part, parts), count = Start(_pass.Axis, part + 1, parts) - first;
            _function!(context.Level, 1, count, inner, new ReadOnlySpan<float>(_x + ((nint)first * inner), count * inner), new Span<float>(_y + ((nint)part * inner), inner));
        }
    }
}
