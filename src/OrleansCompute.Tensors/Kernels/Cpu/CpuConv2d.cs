namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Convolution as products whose left operand is the padded image itself, addressed by offset tables: with channels last, the weights
/// of one filter row times the channels are one contiguous run. Packing an im2col matrix instead would write 25 floats per pixel and
/// channel of a 5 x 5 filter, to be used by only 16 or 32 filters. Not thread-safe.
/// </summary>
internal sealed partial class CpuConv2d : IConv2dKernel
{
    private readonly MicroKernel _micro;
    private readonly SimdLevel _level;
    private readonly WorkerTeam _team;
    private readonly Part[] _parts;
    private readonly nint[] _pixelOffsets;
    private readonly nint[] _filterRowOffsets;
    private readonly AlignedBuffer _weights = new();
    private readonly AlignedBuffer _bias = new();
    private readonly ForwardWork _forward;
    private readonly WeightGradientWork _weightGradient;
    private readonly InputGradientWork _inputGradient;
    private bool _hasBias;
    private bool _isPrepared;

    public CpuConv2d(Conv2dGeometry geometry, MicroKernel micro, SimdLevel level, WorkerTeam team)
    {
        geometry.Validate();
        Geometry = geometry;
        _micro = micro;
        _level = level;
        _team = team;
        _parts = new Part[team.Parts];
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new Part(new AlignedBuffer(micro.MaxTile));
        }

        var g = geometry;
        _pixelOffsets = TileLoop.Table(
            micro, g.OutputHeight * g.OutputWidth, p => (((p / g.OutputWidth) * g.PaddedWidth) + (p % g.OutputWidth)) * g.Stride * g.Channels);
        _filterRowOffsets = TileLoop.Table(micro, g.KernelHeight, ky => ky * g.PaddedWidth * g.Channels);
        _forward = new ForwardWork(this);
        _weightGradient = new WeightGradientWork(this);
        _inputGradient = new InputGradientWork(this);
    }

    public Conv2dGeometry Geometry { get; }

    public unsafe void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        var g = Geometry;
        Require(weights.Length >= g.WeightLength, nameof(weights), weights.Length, g.WeightLength);
        var panels = new Panels(_micro, g.Filters);
        _weights.Ensure(g.Depth * panels.PackedColumns);
        var packed = _weights.Floats;
        var at = 0;
        for (var panel = 0; panel < panels.Count; panel++)
        {
            int width = panels.Width(panel), count = panels.ColumnsIn(panel), first = panels.FirstColumn(panel);
            var area = g.KernelHeight * g.KernelWidth;
            for (var position = 0; position < area; position++)
            {
                for (var channel = 0; channel < g.Channels; channel++, at += width)
                {
                    for (var j = 0; j < count; j++)
                    {
                        packed[at + j] = weights[((((first + j) * g.Channels) + channel) * area) + position];
                    }
                }
            }
        }

        _hasBias = !bias.IsEmpty;
        if (_hasBias)
        {
            Require(bias.Length >= g.Filters, nameof(bias), bias.Length, g.Filters);
            _bias.Ensure(g.Filters);
            bias[..g.Filters].CopyTo(_bias.Floats);
        }

        _isPrepared = true;
    }

    public unsafe void Forward(int batch, ReadOnlySpan<float> input, Span<float> output, bool relu)
    {
        var g = Geometry;
        if (!_isPrepared)
        {
            throw new InvalidOperationException("Conv: Forward was called before Prepare gave the weights.");
        }

        Require(input.Length >= (long)batch * g.InputLength, nameof(input), input.Length, (long)batch * g.InputLength);
        Require(output.Length >= (long)batch * g.OutputLength, nameof(output), output.Length, (long)batch * g.OutputLength);
        fixed (float* x = input, y = output)
        {
            _forward.Set(batch, x, y, relu);
            _team.Run(_forward);
        }
    }

    private static void Require(bool fits, string name, int length, long needed)
    {
        if (!fits)
        {
            throw new ArgumentException($"Conv: {name} has {length} floats; at least {needed} are needed.", name);
        }
    }

    /// <summary>The image with its border of zeros; the border is written once, when the memory is new.</summary>
    private static unsafe float* Pad(in Conv2dGeometry g, float* image, float* padded)
    {
        if (g.Padding == 0)
        {
            return image;
        }

        var row = g.Width * g.Channels;
        var to = padded + (((g.Padding * g.PaddedWidth) + g.Padding) * g.Channels);
        for (var y = 0; y < g.Height; y++, image += row, to += g.PaddedWidth * g.Channels)
        {
            new ReadOnlySpan<float>(image, row).CopyTo(new Span<float>(to, row));
        }

        return padded;
    }

    /// <summary>Scratch of one thread.</summary>
    private sealed class Part(AlignedBuffer tile)
    {
        public AlignedBuffer Tile { get; } = tile;

        public AlignedBuffer Image { get; } = new();

        public AlignedBuffer Dilated { get; } = new();

        public AlignedBuffer PackedGradient { get; } = new();

        public AlignedBuffer WeightGradient { get; } = new();

        public AlignedBuffer BiasGradient { get; } = new();
    }

    private sealed unsafe class ForwardWork(CpuConv2d conv) : TeamWork
    {
        private int _batch;
        private float* _input;
        private float* _output;
        private bool _relu;

        public void Set(int batch, float* input, float* output, bool relu)
        {
            _batch = batch;
            _input = input;
            _output = output;
            _relu = relu;
        }

        public override void Run(int part, int parts)
        {
            var g = conv.Geometry;
            var panels = new Panels(conv._micro, g.Filters);
            var scratch = conv._parts[part];
            scratch.Image.Ensure(g.PaddedHeight * g.PaddedWidth * g.Channels);
            var end = Start(_batch, part + 1, parts);
            fixed (nint* pixels = conv._pixelOffsets, runs = conv._filterRowOffsets)
            fixed (float* tile = scratch.Tile.Floats, padded = scratch.Image.Floats, weights = conv._weights.Floats, bias = conv._bias.Floats)
            {
                var source = new TileSource
                {
                    RowOffsets = pixels,
                    RunOffsets = runs,
                    RunCount = g.KernelHeight,
                    RunLength = g.KernelWidth * g.Channels,
                    Step = 1,
                };
                for (var image = Start(_batch, part, parts); image < end; image++)
                {
                    source.A = Pad(g, _input + ((nint)image * g.InputLength), padded);
                    var writer = new TileWriter(
                        _output + ((nint)image * g.OutputLength), g.Filters, conv._hasBias ? bias : null, false, _relu, conv._level);
                    TileLoop.Run(conv._micro, panels, source, weights, 0, g.OutputHeight * g.OutputWidth, tile, writer);
                }
            }
        }
    }
}
