using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Pooling;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Poolings of any number of dimensions, channels first, float32: tap after tap over all windows of a plane. Threads take planes. It serves
/// what the vector kernels for images do not: three dimensions, norms, odd windows.
/// </summary>
internal sealed unsafe class WindowPooling : RangeKernel
{
    private readonly WindowTable _table;
    private readonly Operator _operator;
    private readonly bool _isGradient;
    private readonly float[] _shares;
    private readonly AlignedBuffer[] _scratch;
    private readonly int[][] _best;
    private float* _x;
    private float* _dy;
    private float* _y;
    private long* _indices;
    private bool _isColumnMajor;

    private WindowPooling(CpuKernelContext context, WindowTable table, Operator @operator, bool isGradient, bool countsPadding)
        : base(context)
    {
        (_table, _operator, _isGradient) = (table, @operator, isGradient);
        _shares = Shares(table, countsPadding);
        _scratch = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new AlignedBuffer(table.Positions))];
        _best = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new int[table.Positions])];
    }

    /// <summary>Null when the windows have too many taps in all.</summary>
    public static WindowPooling? Create(CpuKernelContext context, KernelRequest request, PoolAttributes options, bool isGradient, bool countsPadding = false)
    {
        var shape = request.Inputs[isGradient ? 1 : 0]!.Shape;
        return request.Inputs[0]!.ElementType == Shapes.ElementType.Float32 && shape.Elements > 0 && WindowTable.Of(options.For(request.Operator.Name, shape)) is { } table
            ? new WindowPooling(context, table, request.Operator, isGradient, countsPadding)
            : null;
    }

    public override void Run(KernelCall call)
    {
        _x = (float*)call.Input(_isGradient ? 1 : 0).Address;
        _dy = _isGradient ? (float*)call.Input(0).Address : null;
        _y = (float*)call.Output(0).Address;
        _indices = !_isGradient && call.OutputCount > 1 && call.HasOutput(1) ? (long*)call.Output(1).Address : null;
        _isColumnMajor = _operator is MaxPoolOperator { IsColumnMajor: true };
        if (_isGradient)
        {
            call.Output(0).AsSpan<float>().Clear();
        }

        var planes = call.Input(0).Shape[0] * call.Input(0).Shape[1];
        Share(planes, (long)planes * _table.Places.Length);
    }

    protected override void Range(int start, int end, int part)
    {
        for (var plane = start; plane < end; plane++)
        {
            var x = _x + ((nint)plane * _table.PlaneSize);
            var y = _y + ((nint)plane * (_isGradient ? _table.PlaneSize : _table.Positions));
            var dy = _dy + ((nint)plane * _table.Positions);
            switch (_operator)
            {
                case MaxPoolOperator: Max(x, y, _best[part], plane); break;
                case MaxPoolGradientOperator:
                    Max(x, Pointers.Of(_scratch[part]), _best[part], plane);
                    for (var i = 0; i < _table.Positions; i++)
                    {
                        if (_best[part][i] >= 0)
                        {
                            y[_best[part][i]] += dy[i];
                        }
                    }

                    break;
                case AveragePoolOperator: Average(x, y); break;
                case AveragePoolGradientOperator: Spread(dy, y); break;
                case LpPoolOperator lp: Norm(x, y, lp.P); break;
                case LpPoolGradientOperator lp: NormGradient(x, dy, y, lp.P, Pointers.Of(_scratch[part])); break;
            }
        }
    }

    /// <summary>One over the number of elements that each mean divides by.</summary>
    private static float[] Shares(WindowTable table, bool countsPadding)
    {
        var shares = new float[table.Positions];
        var g = table.Geometry;
        for (var position = 0; position < shares.Length; position++)
        {
            var inside = 0;
            for (var tap = 0; tap < table.Taps; tap++)
            {
                inside += table.Places[(tap * table.Positions) + position] >= 0 ? 1 : 0;
            }

            var count = 1;
            for (int axis = g.Rank - 1, rest = position; axis >= 0; axis--)
            {
                (rest, var place) = Math.DivRem(rest, g.Map[axis]);
                var room = g.Image[axis] + g.PadsEnd[axis] - ((place * g.Strides[axis]) - g.PadsBegin[axis]);
                count *= Math.Clamp((room + g.Dilations[axis] - 1) / g.Dilations[axis], 0, g.Kernel[axis]);
            }

            shares[position] = 1f / (countsPadding ? count : Math.Max(inside, 1));
        }

        return shares;
    }

    private void Max(float* x, float* y, int[] best, int plane)
    {
        var positions = _table.Positions;
        new Span<float>(y, positions).Fill(float.NegativeInfinity);
        Array.Fill(best, -1);
        for (var tap = 0; tap < _table.Taps; tap++)
        {
            var places = _table.Places.AsSpan(tap * positions, positions);
            for (var i = 0; i < places.Length; i++)
            {
                var place = places[i];
                if (place >= 0 && (best[i] < 0 || x[place] > y[i] || float.IsNaN(x[place])))
                {
                    (best[i], y[i]) = (place, x[place]);
                }
            }
        }

        if (_indices != null)
        {
            var to = _indices + ((nint)plane * positions);
            for (var i = 0; i < positions; i++)
            {
                to[i] = ((long)plane * _table.PlaneSize) + (_isColumnMajor ? ColumnMajor(best[i]) : best[i]);
            }
        }
    }

    private int ColumnMajor(int place)
    {
        var image = _table.Geometry.Image;
        int result = 0, stride = _table.PlaneSize;
        for (var axis = image.Count - 1; axis >= 0; axis--)
        {
            (place, var coordinate) = Math.DivRem(place, image[axis]);
            stride /= image[axis];
            result += coordinate * stride;
        }

        return result;
    }

    private void Average(float* x, float* y)
    {
        new Span<float>(y, _table.Positions).Clear();
        Add(x, y, 1);
        for (var i = 0; i < _shares.Length; i++)
        {
            y[i] *= _shares[i];
        }
    }

    private void Norm(float* x, float* y, int p)
    {
        new Span<float>(y, _table.Positions).Clear();
        Add(x, y, p + 1);
        for (var i = 0; i < _table.Positions; i++)
        {
            y[i] = p switch { 1 => y[i], 2 => MathF.Sqrt(y[i]), _ => MathF.Pow(y[i], 1f / p) };
        }
    }

    /// <summary>Adds the elements (1), their magnitudes (2), squares (3) or higher powers to their windows.</summary>
    private void Add(float* x, float* y, int kind)
    {
        for (var tap = 0; tap < _table.Taps; tap++)
        {
            var places = _table.Places.AsSpan(tap * _table.Positions, _table.Positions);
            for (var i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0)
                {
                    var value = x[places[i]];
                    y[i] += kind switch { 1 => value, 2 => MathF.Abs(value), 3 => value * value, _ => MathF.Pow(MathF.Abs(value), kind - 1) };
                }
            }
        }
    }

    private void Spread(float* dy, float* dx)
    {
        for (var tap = 0; tap < _table.Taps; tap++)
        {
            var places = _table.Places.AsSpan(tap * _table.Positions, _table.Positions);
            for (var i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0)
                {
                    dx[places[i]] += dy[i] * _shares[i];
                }
            }
        }
    }

    private void NormGradient(float* x, float* dy, float* dx, int p, float* norms)
    {
        Norm(x, norms, p);
        for (var tap = 0; tap < _table.Taps; tap++)
        {
            var places = _table.Places.AsSpan(tap * _table.Positions, _table.Positions);
            for (var i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0 && x[places[i]] is var value && value != 0)
                {
                    dx[places[i]] += dy[i] * MathF.Sign(value) * MathF.Pow(MathF.Abs(value) / norms[i], p - 1);
                }
            }
        }
    }
}
