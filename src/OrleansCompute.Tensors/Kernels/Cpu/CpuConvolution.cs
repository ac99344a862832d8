namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Convolution as products whose left operand is the padded image itself, addressed by offset tables: with channels last, the weights
/// of one filter row times the channels are one contiguous run. Packing an im2col matrix instead would write 25 floats per pixel and
/// channel of a 5 x 5 filter, to be used by only 16 or 32 filters. Images with channels first are turned while they are copied into
/// their border. Keeps its scratch memory: calls after the first allocate nothing. Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe partial class CpuConvolution
{
    private const int ActivatedFloats = 32768;
    private readonly ConvGeometry _g;
    private readonly MicroKernel _micro;
    private readonly SimdLevel _level;
    private readonly WorkerTeam _team;
    private readonly StopSignal _stop;
    private readonly ConvScratch[] _parts;
    private readonly ConvPass _pass;
    private readonly AlignedBuffer _weights = new();
    private readonly AlignedBuffer _bias = new();
    private readonly ForwardWork _forward;
    private bool _hasBias;
    private bool _isPrepared;

    public CpuConvolution(in ConvGeometry geometry, SimdLevel level, WorkerTeam team, StopSignal? stop = null)
    {
        _stop = stop ?? new StopSignal();
        geometry.Validate();
        _g = geometry;
        _level = level;
        _team = team;
        _micro = MicroKernel.For(level);
        _parts = new ConvScratch[team.Parts];
        for (var i = 0; i < _parts.Length; i++)
        {
            _parts[i] = new ConvScratch(_micro.MaxTile);
        }

        _pass = ConvPass.Forward(_g, _micro.MaxRows);
        _forward = new ForwardWork(this);
        _inputGradient = new InputGradientWork(this);
        _weightGradient = new WeightGradientWork(this);
    }

    /// <summary>Sizes of one image.</summary>
    public ConvGeometry Geometry => _g;

    /// <summary>Positions whose results are still in the second-level cache when the activation is applied to them; whole tiles.</summary>
    private int ActivatedPositions => Math.Max(1, ActivatedFloats / _g.Filters / _micro.WideRows) * _micro.WideRows;

    /// <summary>Takes the weights for the calls of <see cref="Forward"/> that follow.</summary>
    /// <param name="weights">[Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="bias">One float per filter, or empty for none.</param>
    public void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        Require(weights.Length, _g.WeightLength, nameof(weights));
        PackWeights(_pass, weights, _weights, inputGradient: false);
        _hasBias = !bias.IsEmpty;
        if (_hasBias)
        {
            Require(bias.Length, _g.Filters, nameof(bias));
            _bias.Ensure(_g.Filters);
            bias[.._g.Filters].CopyTo(_bias.Floats);
        }

        _isPrepared = true;
    }

    /// <summary>Writes the convolution of <paramref name="batch"/> images, with the bias added and the activation applied.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * Geometry.InputLength floats.</param>
    /// <param name="output">batch * Geometry.OutputLength floats.</param>
    /// <param name="activation">Applied last.</param>
    public void Forward(int batch, ReadOnlySpan<float> input, Span<float> output, GemmActivation activation = GemmActivation.None)
    {
        if (!_isPrepared)
        {
            throw new InvalidOperationException("Conv: Forward was called before Prepare gave the weights.");
        }

        Require(input.Length, (long)batch * _g.InputLength, nameof(input));
        Require(output.Length, (long)batch * _g.OutputLength, nameof(output));
        fixed (float* x = input, y = output)
        {
            _forward.Set(batch, x, y, activation);
            _team.Run(_forward);
        }
    }

    private static void Require(int length, long needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"Conv: {name} has {length} floats; at least {needed} are needed.", name);
        }
    }

    private void PackWeights(ConvPass pass, ReadOnlySpan<float> weights, AlignedBuffer packed, bool inputGradient)
    {
        var g = _g;
        if (g.IsDepthwise)
        {
            packed.Ensure(g.WeightLength);
            var to = packed.Floats;
            for (var tap = 0; tap < pass.Taps.Length; tap++)
            {
                for (var channel = 0; channel < g.Channels; channel++)
                {
                    to[(tap * g.Channels) + channel] = weights[(channel * g.Area) + pass.Taps[tap]];
                }
            }

            return;
        }

        var panels = new Panels(_micro, inputGradient ? g.GroupChannels : g.GroupFilters);
        var inner = inputGradient ? g.GroupFilters : g.GroupChannels;
        nint filterStride = g.GroupChannels * g.Area, channelStride = g.Area;
        var length = ConvWeights.Length(panels, pass, inner);
        packed.Ensure(checked(length * g.Groups));
        fixed (float* from = weights)
        {
            for (var group = 0; group < g.Groups; group++)
            {
                ConvWeights.Pack(
                    panels,
                    pass,
                    from + (group * g.GroupFilters * filterStride),
                    inner,
                    inputGradient ? filterStride : channelStride,
                    inputGradient ? channelStride : filterStride,
                    Pointers.Of(packed) + ((nint)group * length));
            }
        }
    }

    private bool Stops => _stop.IsRequested;

    /// <summary>Positions [first, end) of a pass over one image, all groups, in units after which it may stop.</summary>
    private void RunPass(
        ConvPass pass, AlignedBuffer weights, float* source, int inner, float* result, int columns, float* bias, bool relu, ConvScratch scratch, int first, int end)
    {
        var unit = _stop.Unit((long)pass.Runs.Length * pass.RunLength * columns * _g.Groups, _micro.MaxRows);
        for (; end - first > unit && !Stops; first += unit)
        {
            RunPositions(pass, weights, source, inner, result, columns, bias, relu, scratch, first, first + unit);
        }

        if (!Stops)
        {
            RunPositions(pass, weights, source, inner, result, columns, bias, relu, scratch, first, end);
        }
    }

    private void RunPositions(
        ConvPass pass, AlignedBuffer weights, float* source, int inner, float* result, int columns, float* bias, bool relu, ConvScratch scratch, int first, int end)
    {
        var g = _g;
        if (g.IsDepthwise)
        {
            ConvDepthwise.Run(_level, pass, g.Channels, source, Pointers.Of(weights), bias, result, relu, first, end);
            return;
        }

        var panels = new Panels(_micro, columns);
        var length = ConvWeights.Length(panels, pass, inner);
        fixed (nint* positions = pass.Positions, runs = pass.Runs, targets = pass.Targets)
        {
            for (var group = 0; group < g.Groups; group++)
            {
                var from = new TileSource
                {
                    A = source + (group * inner),
                    RowOffsets = positions,
                    RunOffsets = runs,
                    RunCount = pass.Runs.Length,
                    RunLength = pass.RunLength,
                    Step = 1,
                };
                var writer = new TileWriter(
                    result + (group * columns), columns * g.Groups, bias == null ? null : bias + (group * columns), false, relu, _level, targets);
                TileLoop.Run(_micro, panels, from, Pointers.Of(weights) + ((nint)group * length), first, end, scratch.TilePointer, writer);
            }
        }
    }

    /// <summary>The image with its border of zeros, channels last; the border is written once, when the memory is new.</summary>
    private float* Padded(ConvScratch scratch, float* image)
    {
        if (!_g.NeedsCopy)
        {
            return image;
        }

        scratch.Image.Ensure(_g.PaddedHeight * _g.PaddedWidth * _g.Channels);
        var padded = Pointers.Of(scratch.Image);
        var to = padded + ((((nint)_g.PadTop * _g.PaddedWidth) + _g.PadLeft) * _g.Channels);
        ConvLayout.Embed(_level, _g.ChannelsFirst, image, _g.Height, _g.Width, _g.Channels, to, _g.PaddedWidth);
        return padded;
    }

    /// <summary>Images, or pieces of them when there are fewer images than threads; threads claim them.</summary>
    private abstract class ImageWork(CpuConvolution conv) : TeamWork
    {
        private int _next;

        protected CpuConvolution Conv => conv;

        protected int Batch { get; private set; }

        protected int Pieces { get; private set; }

        public override void Run(int part, int parts)
        {
            int unit;
            while ((unit = Interlocked.Increment(ref _next) - 1) < Batch * Pieces && !conv.Stops)
            {
                RunPiece(conv._parts[part], unit / Pieces, unit % Pieces);
            }
        }

        protected void Set(int batch, int positions, bool divisible)
        {
            Batch = batch;
            var wanted = conv._team.Parts == 1 || batch == 0 ? 1 : ((2 * conv._team.Parts) + batch - 1) / batch;
            Pieces = !divisible || batch >= conv._team.Parts ? 1 : Math.Clamp(positions / 56, 1, wanted);
            _next = 0;
        }

        protected abstract void RunPiece(ConvScratch scratch, int image, int piece);
    }

    private sealed class ForwardWork(CpuConvolution conv) : ImageWork(conv)
    {
        private float* _input;
        private float* _output;
        private GemmActivation _activation;

        public void Set(int batch, float* input, float* output, GemmActivation activation)
        {
            _input = input;
            _output = output;
            _activation = activation;
            Set(batch, Conv._pass.Count, divisible: true);
        }

        protected override void RunPiece(ConvScratch scratch, int image, int piece)
        {
            var g = Conv._g;
            var pixels = Conv._pass.Count;
            int first = Start(pixels, piece, Pieces), end = Start(pixels, piece + 1, Pieces);
            var output = _output + ((nint)image * g.OutputLength);
            scratch.Result.Ensure(g.ChannelsFirst ? g.OutputLength : 0);
            var result = g.ChannelsFirst ? Pointers.Of(scratch.Result) : output;
            var padded = Conv.Padded(scratch, _input + ((nint)image * g.InputLength));
            var isLater = _activation is not (GemmActivation.None or GemmActivation.Relu);
            var block = isLater ? Conv.ActivatedPositions : pixels;
            for (var at = first; at < end && !Conv.Stops; at += block)
            {
                var count = Math.Min(block, end - at);
                Conv.RunPass(
                    Conv._pass, Conv._weights, padded, g.GroupChannels, result, g.GroupFilters,
                    Conv._hasBias ? Pointers.Of(Conv._bias) : null, _activation == GemmActivation.Relu, scratch, at, at + count);
                if (isLater)
                {
                    GemmActivations.Apply(Conv._level, _activation, new Span<float>(result + ((nint)at * g.Filters), count * g.Filters));
                }
            }

            if (g.ChannelsFirst && !Conv.Stops)
            {
                ConvLayout.ToChannelsFirst(Conv._level, result + ((nint)first * g.Filters), end - first, g.Filters, output + first, pixels);
            }
        }
    }
}
