using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Convolutions of any number of dimensions, channels first, float32, as matrix products with unfolded images: [channels * taps, windows] of
/// one image and group at a time, in pieces of at most 1 M floats. It serves the gradients of three and more dimensions, and what the direct kernels do not.
/// Keeps its scratch memory. Not thread-safe; unfolding and products use the team's threads.
/// </summary>
internal sealed unsafe class WindowConvolution : TeamWork
{
    private const int MaxColumns = 1 << 20;
    private readonly CpuKernelContext _context;
    private readonly ConvolutionGeometry _g;
    private readonly WindowTable _table;
    private readonly CpuGemm _gemm;
    private readonly AlignedBuffer _columns;
    private readonly int _piece;
    private readonly int _width;
    private readonly int _imageWidth;
    private readonly int _kernel;
    private readonly int _step;
    private readonly int _dilation;
    private readonly int _pad;
    private float* _image;
    private int _start;
    private int _count;
    private bool _isFolding;

    private WindowConvolution(CpuKernelContext context, ConvolutionGeometry geometry, WindowTable table)
    {
        (_context, _g, _table) = (context, geometry, table);
        _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
        var w = geometry.Window;
        (_width, _imageWidth, _kernel) = (w.Map[^1], w.Image[^1], w.Kernel[^1]);
        (_step, _dilation, _pad) = (w.Strides[^1], w.Dilations[^1], w.PadsBegin[^1]);
        _piece = Math.Clamp(MaxColumns / Depth, Math.Min(16, table.Positions), table.Positions);
        _columns = new AlignedBuffer(Depth * _piece);
    }

    private int GroupChannels => _g.ImageChannels / _g.Groups;

    private int GroupFilters => _g.MapChannels / _g.Groups;

    private int Depth => GroupChannels * _table.Taps;

    /// <summary>Null when the windows have too many taps in all.</summary>
    public static WindowConvolution? Create(CpuKernelContext context, ConvolutionGeometry geometry) =>
        geometry.Batch > 0 && geometry.ImageShape.Elements > 0 && WindowTable.Of(geometry.Window) is { } table
            && (long)geometry.ImageChannels / geometry.Groups * table.Taps <= 1 << 24
            ? new WindowConvolution(context, geometry, table)
            : null;

    /// <summary>map = weights * unfolded image, plus the bias of each filter.</summary>
    public void ToMap(float* image, float* weights, float* bias, float* map)
    {
        for (var part = 0; part < _g.Batch * _g.Groups; part++)
        {
            var filters = part % _g.Groups * GroupFilters;
            for (var start = 0; start < _table.Positions; start += _piece)
            {
                Unfold(image + Image(part), start);
                var g = Product(GroupFilters, _count, Depth);
                g.A = weights + ((nint)filters * Depth);
                g.AStride = Depth;
                g.B = Pointers.Of(_columns);
                g.BStride = _count;
                g.C = map + Map(part) + start;
                g.CStride = _table.Positions;
                g.RowBias = bias == null ? null : bias + filters;
                _gemm.Run(g);
            }
        }
    }

    /// <summary>image = folded (weights transposed * map), plus the bias of each image channel.</summary>
    public void ToImage(float* map, float* weights, float* bias, float* image)
    {
        for (var channel = 0; channel < _g.Batch * _g.ImageChannels; channel++)
        {
            new Span<float>(image + ((nint)channel * _table.PlaneSize), _table.PlaneSize).Fill(bias == null ? 0 : bias[channel % _g.ImageChannels]);
        }

        for (var part = 0; part < _g.Batch * _g.Groups; part++)
        {
            for (_start = 0; _start < _table.Positions; _start += _piece)
            {
                _count = Math.Min(_piece, _table.Positions - _start);
                var g = Product(Depth, _count, GroupFilters);
                g.A = weights + ((nint)(part % _g.Groups) * GroupFilters * Depth);
                g.AStride = Depth;
                g.TransposeA = true;
                g.B = map + Map(part) + _start;
                g.BStride = _table.Positions;
                g.C = Pointers.Of(_columns);
                g.CStride = _count;
                _gemm.Run(g);
                _image = image + Image(part);
                _isFolding = true;
                Share();
            }
        }
    }

    /// <summary>weights = map * unfolded image transposed, summed over images.</summary>
    public void ToWeights(float* image, float* map, float* weights)
    {
        for (var part = 0; part < _g.Batch * _g.Groups; part++)
        {
            for (var start = 0; start < _table.Positions; start += _piece)
            {
                Unfold(image + Image(part), start);
                var g = Product(GroupFilters, Depth, _count);
                g.A = map + Map(part) + start;
                g.AStride = _table.Positions;
                g.B = Pointers.Of(_columns);
                g.BStride = _count;
                g.TransposeB = true;
                g.C = weights + ((nint)(part % _g.Groups) * GroupFilters * Depth);
                g.CStride = Depth;
                g.Accumulate = part >= _g.Groups || start > 0;
                _gemm.Run(g);
            }
        }
    }

    public override void Run(int part, int parts)
    {
        for (var channel = Start(GroupChannels, part, parts); channel < Start(GroupChannels, part + 1, parts); channel++)
        {
            var plane = _image + ((nint)channel * _table.PlaneSize);
            for (var tap = 0; tap < _table.Taps; tap++)
            {
                var columns = Pointers.Of(_columns) + ((((nint)channel * _table.Taps) + tap) * _count);
                var places = _table.Places.AsSpan(tap * _table.Positions, _table.Positions);
                if (_step == 1)
                {
                    Rows(plane, columns, places, tap);
                }
                else
                {
                    Elements(plane, columns, places.Slice(_start, _count));
                }
            }
        }
    }

    private void Elements(float* plane, float* columns, ReadOnlySpan<int> places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            var place = places[i];
            if (!_isFolding)
            {
                columns[i] = place < 0 ? 0 : plane[place];
            }
            else if (place >= 0)
            {
                plane[place] += columns[i];
            }
        }
    }

    /// <summary>
    /// Windows of one row, one element apart: what a tap reads of them lies together, but for the padding at both ends. The gradients of 16
    /// channels and 32 filters of 3 x 3 x 3 take 0.8 of the time that they take element by element.
    /// </summary>
    private void Rows(float* plane, float* columns, ReadOnlySpan<int> places, int tap)
    {
        var offset = (tap % _kernel * _dilation) - _pad;
        int first = Math.Clamp(-offset, 0, _width), end = Math.Clamp(_imageWidth - offset, first, _width);
        for (int at = 0, column = _start % _width; at < _count; at += _width - column, column = 0)
        {
            var windows = new Span<float>(columns + at, Math.Min(_width - column, _count - at));
            int from = Math.Max(first - column, 0), count = Math.Min(end - column, windows.Length) - from;

            // A row may lie in the padding of another dimension.
            var place = count > 0 ? places[_start + at + from] : -1;
            if (_isFolding)
            {
                if (place >= 0)
                {
                    Span<float> sums = new(plane + place, count);
                    ElementLoops.Binary(_context.Level, default(BinaryFunctions.Add), sums, windows.Slice(from, count), sums);
                }
            }
            else if (place < 0)
            {
                windows.Clear();
            }
            else
            {
                windows[..from].Clear();
                new ReadOnlySpan<float>(plane + place, count).CopyTo(windows[from..]);
                windows[(from + count)..].Clear();
            }
        }
    }

    private static GemmArguments Product(int rows, int columns, int depth) => new() { Rows = rows, Columns = columns, Depth = depth, Alpha = 1 };

    private nint Image(int part) => (nint)part * GroupChannels * _table.PlaneSize;

    private nint Map(int part) => (nint)part * GroupFilters * _table.Positions;

    private void Unfold(float* image, int start)
    {
        _image = image;
        _start = start;
        _count = Math.Min(_piece, _table.Positions - start);
        _isFolding = false;
        Share();
    }

    private void Share() => Teams.Run(_context, this, (long)Depth * _count);
}
