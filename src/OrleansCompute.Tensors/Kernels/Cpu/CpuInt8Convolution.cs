namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Convolution of unsigned (or signed) 8-bit images with signed 8-bit weights, summed exactly in 32 bits, with a scale per filter.
/// Images have channels last. As with <see cref="CpuConvolution"/>, the tiles read the padded image in place. Keeps its scratch memory.
/// Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe class CpuInt8Convolution
{
    private readonly ConvGeometry _g;
    private readonly Int8Tiles _tiles;
    private readonly WorkerTeam _team;
    private readonly ConvPass _pass;
    private readonly AlignedBuffer[] _images;
    private readonly Int8Weights[] _weights;
    private readonly nint[] _stepOffsets;
    private readonly Images _work;
    private byte _zero;
    private bool _signed;
    private readonly StopSignal _stop;
    private bool _isPrepared;

    public CpuInt8Convolution(in ConvGeometry geometry, SimdLevel level, WorkerTeam team, StopSignal? stop = null)
        : this(geometry, new Int8Tiles(level), team, stop)
    {
    }

    internal CpuInt8Convolution(in ConvGeometry geometry, Int8Tiles tiles, WorkerTeam team, StopSignal? stop = null)
    {
        _stop = stop ?? new StopSignal();
        geometry.Validate();
        if (geometry.ChannelsFirst)
        {
            throw new ArgumentException("Int8 conv: images must have channels last; turn them first.", nameof(geometry));
        }

        if (geometry.Area * (long)geometry.GroupChannels > CpuInt8Gemm.MaxDepth)
        {
            throw new ArgumentException(
                $"Int8 conv: filters have {geometry.Area * (long)geometry.GroupChannels} weights; at most {CpuInt8Gemm.MaxDepth}, or sums could overflow.",
                nameof(geometry));
        }

        _g = geometry;
        _tiles = tiles;
        _team = team;
        _pass = ConvPass.Forward(_g, Int8Tile.MaxRows);
        _images = new AlignedBuffer[team.Parts];
        for (var i = 0; i < _images.Length; i++)
        {
            _images[i] = new AlignedBuffer();
        }

        _weights = new Int8Weights[_g.Groups];
        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i] = new Int8Weights();
        }

        _stepOffsets = new nint[_g.Area * _g.GroupChannels];
        for (var step = 0; step < _stepOffsets.Length; step++)
        {
            _stepOffsets[step] = ((nint)(step % _g.GroupChannels) * _g.Area) + _pass.Taps[step / _g.GroupChannels];
        }

        _work = new Images(this);
    }

    /// <summary>Sizes of one image.</summary>
    public ConvGeometry Geometry => _g;

    /// <summary>Takes the weights for the calls of <see cref="Run"/> that follow.</summary>
    /// <param name="weights">[Filters, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="zeroPoint">Zero of the images, which also fills the padding: 0 to 255, or -128 to 127 if they are signed.</param>
    /// <param name="signedInput">Whether the images' bytes are signed.</param>
    /// <param name="scales">Factors of the results: one per filter, one for all, or empty for 1.</param>
    /// <param name="bias">One float per filter, added after the scale, or empty.</param>
    /// <param name="integerBias">One number per filter, added to the sums, or empty.</param>
    public void Prepare(
        ReadOnlySpan<sbyte> weights,
        int zeroPoint,
        bool signedInput,
        ReadOnlySpan<float> scales,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<int> integerBias)
    {
        var g = _g;
        Require(nameof(weights), weights.Length, g.WeightLength);
        Require(nameof(scales), scales.Length <= 1 ? g.Filters : scales.Length, g.Filters);
        Require(nameof(bias), bias.IsEmpty ? g.Filters : bias.Length, g.Filters);
        Require(nameof(integerBias), integerBias.IsEmpty ? g.Filters : integerBias.Length, g.Filters);
        if (_isPrepared && (_zero, _signed) != ((byte)(zeroPoint + (signedInput ? 128 : 0)), signedInput))
        {
            foreach (var image in _images)
            {
                FillBorder(image, (byte)(zeroPoint + (signedInput ? 128 : 0)));
            }
        }

        (_zero, _signed, _isPrepared) = ((byte)(zeroPoint + (signedInput ? 128 : 0)), signedInput, true);
        fixed (sbyte* from = weights)
        {
            for (var group = 0; group < g.Groups; group++)
            {
                var first = group * g.GroupFilters;
                _weights[group].Fill(
                    g.GroupFilters, _pass.Runs.Length, _pass.RunLength, from + ((nint)first * g.GroupChannels * g.Area), g.GroupChannels * g.Area,
                    _stepOffsets, _zero, scales.Length <= 1 ? scales : scales.Slice(first, g.GroupFilters),
                    bias.IsEmpty ? bias : bias.Slice(first, g.GroupFilters), integerBias.IsEmpty ? integerBias : integerBias.Slice(first, g.GroupFilters));
            }
        }
    }

    /// <summary>Convolves images.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * Geometry.InputLength bytes.</param>
    /// <param name="output">What to write.</param>
    /// <param name="to">batch * Geometry.OutputLength results, channels last.</param>
    public void Run(int batch, byte* input, in Int8Output output, void* to)
    {
        if (!_isPrepared)
        {
            throw new InvalidOperationException("Int8 conv: Run was called before Prepare gave the weights.");
        }

        _work.Set(batch, input, output, to);
        if (batch > 1)
        {
            _team.Run(_work);
        }
        else
        {
            _work.Run(0, 1);
        }
    }

    private static void Require(string name, int length, int needed)
    {
        if (length < needed)
        {
            throw new ArgumentException($"Int8 conv: {name} has {length} values; at least {needed} are needed.", name);
        }
    }

    private static void FillBorder(AlignedBuffer image, byte zero)
    {
        if (image.Length > 0)
        {
            new Span<byte>(Pointers.Of(image), image.Length * 4).Fill(zero);
        }
    }

    private byte* Padded(AlignedBuffer buffer, byte* image)
    {
        var g = _g;

        // Four bytes are read at a time, so that the copy is needed for the room at its end, too.
        var needed = ((g.PaddedHeight * g.PaddedWidth * g.Channels) + 4 + 3) / 4;
        if (buffer.Length < needed)
        {
            buffer.Ensure(needed);
            FillBorder(buffer, _zero);
        }

        var padded = (byte*)Pointers.Of(buffer);
        var to = padded + ((((nint)g.PadTop * g.PaddedWidth) + g.PadLeft) * g.Channels);
        var row = g.Width * g.Channels;
        for (var y = 0; y < g.Height; y++, image += row, to += (nint)g.PaddedWidth * g.Channels)
        {
            Int8Copy.Row(_signed, image, to, row);
        }

        return padded;
    }

    private sealed class Images(CpuInt8Convolution conv) : TeamWork
    {
        private int _batch;
        private byte* _input;
        private Int8Output _output;
        private byte* _to;

        public void Set(int batch, byte* input, in Int8Output output, void* to)
        {
            (_batch, _output) = (batch, output);
            _input = input;
            _to = (byte*)to;
        }

        public override void Run(int part, int parts)
        {
            var g = conv._g;
            var end = Start(_batch, part + 1, parts);
            fixed (nint* positions = conv._pass.Positions, runs = conv._pass.Runs)
            {
                for (var image = Start(_batch, part, parts); image < end; image++)
                {
                    var source = conv.Padded(conv._images[part], _input + ((nint)image * g.InputLength));
                    var to = _to + ((nint)image * g.OutputLength * _output.ElementBytes);
                    for (var group = 0; group < g.Groups; group++)
                    {
                        var loop = new Int8TileLoop(conv._tiles, conv._weights[group], _output, runs);
                        var unit = conv._stop.Unit((long)g.Area * g.GroupChannels * g.GroupFilters, Int8Tile.MaxRows);
                        for (var first = 0; first < conv._pass.Count && !conv._stop.IsRequested; first += unit)
                        {
                            loop.Run(
                                source + (group * g.GroupChannels), positions + first, 0, Math.Min(unit, conv._pass.Count - first),
                                to + ((((nint)first * g.Filters) + (group * g.GroupFilters)) * _output.ElementBytes), g.Filters);
                        }
                    }
                }
            }
        }
    }
}
