using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <content>The two gradients, as products over tables of offsets as well.</content>
internal sealed unsafe partial class CpuConvolution
{
    private readonly InputGradientWork _inputGradient;
    private readonly WeightGradientWork _weightGradient;
    private readonly AlignedBuffer _transposedBias = new();
    private AlignedBuffer[]? _turnedWeights;
    private ConvPass[]? _inputPasses;
    private ConvBorder _border;
    private nint[]? _weightRows;
    private nint[]? _outputRows;

    /// <summary>Writes the gradient with respect to the input; also the transposed convolution, then with a bias and an activation.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="weights">[Filters, Channels / Groups, KernelHeight, KernelWidth], as for the convolution.</param>
    /// <param name="outputGradient">batch * Geometry.OutputLength floats.</param>
    /// <param name="inputGradient">batch * Geometry.InputLength floats.</param>
    /// <param name="bias">One float per channel (not filter) for a transposed convolution, or empty.</param>
    /// <param name="activation">Applied last, for a transposed convolution.</param>
    public void InputGradient(
        int batch,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> outputGradient,
        Span<float> inputGradient,
        ReadOnlySpan<float> bias = default,
        GemmActivation activation = GemmActivation.None)
    {
        Require(weights.Length, _g.WeightLength, nameof(weights));
        Require(outputGradient.Length, (long)batch * _g.OutputLength, nameof(outputGradient));
        Require(inputGradient.Length, (long)batch * _g.InputLength, nameof(inputGradient));
        if (_inputPasses is null)
        {
            CreateInputPasses();
        }

        for (var i = 0; i < _inputPasses!.Length; i++)
        {
            PackWeights(_inputPasses[i], weights, _turnedWeights![i], inputGradient: true);
        }

        if (!bias.IsEmpty)
        {
            Require(bias.Length, _g.Channels, nameof(bias));
            _transposedBias.Ensure(_g.Channels);
            bias[.._g.Channels].CopyTo(_transposedBias.Floats);
        }

        fixed (float* dy = outputGradient, dx = inputGradient)
        {
            _inputGradient.Set(batch, dy, dx, !bias.IsEmpty, activation);
            _team.Run(_inputGradient);
        }
    }

    /// <summary>Writes the gradients with respect to weights and bias, summed over the batch in an order that only the team's size changes.</summary>
    /// <param name="batch">Images, 0 or more; zero images give zero gradients.</param>
    /// <param name="input">batch * Geometry.InputLength floats.</param>
    /// <param name="outputGradient">batch * Geometry.OutputLength floats.</param>
    /// <param name="weightGradient">Geometry.WeightLength floats.</param>
    /// <param name="biasGradient">One float per filter, or empty when there is no bias.</param>
    public void WeightGradient(
        int batch, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient)
    {
        var g = _g;
        Require(input.Length, (long)batch * g.InputLength, nameof(input));
        Require(outputGradient.Length, (long)batch * g.OutputLength, nameof(outputGradient));
        Require(weightGradient.Length, g.WeightLength, nameof(weightGradient));
        Require(biasGradient.IsEmpty ? g.Filters : biasGradient.Length, g.Filters, nameof(biasGradient));
        if (_weightRows is null)
        {
            CreateWeightGradientTables();
        }

        foreach (var part in _parts)
        {
            part.WeightGradient.Ensure(g.WeightLength);
            part.WeightGradient.Floats.Clear();
            part.BiasGradient.Ensure(g.Filters);
            part.BiasGradient.Floats.Clear();
        }

        fixed (float* x = input, dy = outputGradient)
        {
            _weightGradient.Set(batch, x, dy);
            _team.Run(_weightGradient);
        }

        var total = _parts[0];
        foreach (var part in _parts.AsSpan(1))
        {
            ElementLoops.Binary(_level, default(BinaryFunctions.Add), total.WeightGradient.Floats, part.WeightGradient.Floats, total.WeightGradient.Floats);
            ElementLoops.Binary(_level, default(BinaryFunctions.Add), total.BiasGradient.Floats, part.BiasGradient.Floats, total.BiasGradient.Floats);
        }

        var groupLength = g.WeightLength / g.Groups;
        if (g.IsDepthwise)
        {
            // The sums are [tap][channel]: those of one group with as many "filters" as there are channels.
            ConvWeights.Unpack(g with { Channels = 1, Groups = 1 }, total.WeightGradient.Floats, weightGradient);
        }
        else
        {
            for (var group = 0; group < g.Groups; group++)
            {
                ConvWeights.Unpack(
                    g, total.WeightGradient.Floats.Slice(group * groupLength, groupLength), weightGradient.Slice(group * groupLength, groupLength));
            }
        }

        if (!biasGradient.IsEmpty)
        {
            total.BiasGradient.Floats[..g.Filters].CopyTo(biasGradient);
        }
    }

    private void CreateInputPasses()
    {
        _border = new ConvBorder(_g);
        _inputPasses = ConvPass.InputGradient(_g, _border, _micro.MaxRows);
        _turnedWeights = new AlignedBuffer[_inputPasses.Length];
        for (var i = 0; i < _turnedWeights.Length; i++)
        {
            _turnedWeights[i] = new AlignedBuffer();
        }
    }

    private void CreateWeightGradientTables()
    {
        var g = _g;
        var rows = g.Area * g.GroupChannels;
        _weightRows = new nint[rows + _micro.MaxRows];
        for (var i = 0; i < _weightRows.Length; i++)
        {
            var row = Math.Min(i, rows - 1);
            var tap = row / g.GroupChannels;
            _weightRows[i] = (((nint)(tap / g.KernelWidth) * g.DilationY * g.PaddedWidth) + ((nint)(tap % g.KernelWidth) * g.DilationX)) * g.Channels
                + (row % g.GroupChannels);
        }

        _outputRows = new nint[g.OutputHeight];
        for (var y = 0; y < _outputRows.Length; y++)
        {
            _outputRows[y] = (nint)y * g.StrideY * g.PaddedWidth * g.Channels;
        }
    }

    private sealed class InputGradientWork(CpuConvolution conv) : ImageWork(conv)
    {
        private float* _outputGradient;
        private float* _inputGradient;
        private bool _hasBias;
        private GemmActivation _activation;

        public void Set(int batch, float* outputGradient, float* inputGradient, bool hasBias, GemmActivation activation)
        {
            _outputGradient = outputGradient;
            _inputGradient = inputGradient;
            _hasBias = hasBias;
            _activation = activation;
            Set(batch, Conv._g.Height * Conv._g.Width, divisible: Conv._inputPasses!.Length == 1);
        }

        protected override void RunPiece(ConvScratch scratch, int image, int piece)
        {
            var g = Conv._g;
            var border = Conv._border;
            scratch.Bordered.Ensure(checked(border.Height * border.Width * g.Filters));
            var bordered = Pointers.Of(scratch.Bordered);
            var to = bordered + ((((nint)border.Top * border.Width) + border.Left) * g.Filters);
            ConvLayout.Embed(
                Conv._level, g.ChannelsFirst, _outputGradient + ((nint)image * g.OutputLength), g.OutputHeight, g.OutputWidth, g.Filters, to, border.Width);
            var gradient = _inputGradient + ((nint)image * g.InputLength);
            scratch.Result.Ensure(g.ChannelsFirst ? g.InputLength : 0);
            var result = g.ChannelsFirst ? Pointers.Of(scratch.Result) : gradient;
            int first = 0, end = g.Height * g.Width;
            for (var i = 0; i < Conv._inputPasses!.Length; i++)
            {
                var pass = Conv._inputPasses[i];
                (first, end) = (Start(pass.Count, piece, Pieces), Start(pass.Count, piece + 1, Pieces));
                Conv.RunPass(
                    pass, Conv._turnedWeights![i], bordered, g.GroupFilters, result, g.GroupChannels,
                    _hasBias ? Pointers.Of(Conv._transposedBias) : null, _activation == GemmActivation.Relu, scratch, first, end);
            }

            if (Conv.Stops)
            {
                return;
            }

            if (Conv._inputPasses.Length > 1)
            {
                (first, end) = (0, g.Height * g.Width);
            }

            if (_activation != GemmActivation.Relu)
            {
                GemmActivations.Apply(Conv._level, _activation, new Span<float>(result + ((nint)first * g.Channels), (end - first) * g.Channels));
            }

            if (g.ChannelsFirst)
            {
                ConvLayout.ToChannelsFirst(
                    Conv._level, result + ((nint)first * g.Channels), end - first, g.Channels, gradient + first, g.Height * g.Width);
            }
        }
    }

    private sealed class WeightGradientWork(CpuConvolution conv) : TeamWork
    {
        private int _batch;
        private float* _input;
        private float* _outputGradient;

        public void Set(int batch, float* input, float* outputGradient)
        {
            _batch = batch;
            _input = input;
            _outputGradient = outputGradient;
        }

        public override void Run(int part, int parts)
        {
            var g = conv._g;
            var scratch = conv._parts[part];
            var end = Start(_batch, part + 1, parts);
            for (var image = Start(_batch, part, parts); image < end && !conv.Stops; image++)
            {
                var source = conv.Padded(scratch, _input + ((nint)image * g.InputLength));
                var gradient = _outputGradient + ((nint)image * g.OutputLength);
                if (g.ChannelsFirst)
                {
                    scratch.Gradient.Ensure(g.OutputLength);
                    var turned = Pointers.Of(scratch.Gradient);
                    var pixels = g.OutputHeight * g.OutputWidth;
                    ConvLayout.ToChannelsLast(conv._level, gradient, pixels, pixels, g.Filters, turned);
                    gradient = turned;
                }

                Add(scratch, source, gradient);
                Reductions.Axis<Reducers.Sum>(
                    conv._level, 1, g.OutputLength / g.Filters, g.Filters, new ReadOnlySpan<float>(gradient, g.OutputLength), scratch.BiasGradient.Floats[..g.Filters], accumulate: true);
            }
        }

        private void Add(ConvScratch scratch, float* image, float* gradient)
        {
            var g = conv._g;
            var sums = Pointers.Of(scratch.WeightGradient);
            if (g.IsDepthwise)
            {
                ConvDepthwise.WeightGradient(conv._level, conv._pass, g.Channels, image, gradient, sums);
                return;
            }

            var panels = new Panels(conv._micro, g.GroupFilters);
            var pixels = g.OutputHeight * g.OutputWidth;
            var asIs = panels.IsPackedAsIs && g.Groups == 1;
            scratch.PackedGradient.Ensure(asIs ? 0 : pixels * panels.PackedColumns);
            fixed (nint* rows = conv._weightRows, runs = conv._outputRows)
            {
                for (var group = 0; group < g.Groups; group++)
                {
                    if (!asIs)
                    {
                        panels.Pack(gradient + (group * g.GroupFilters), g.Filters, pixels, Pointers.Of(scratch.PackedGradient));
                    }

                    var source = new TileSource
                    {
                        A = image + (group * g.GroupChannels),
                        RowOffsets = rows,
                        RunOffsets = runs,
                        RunCount = g.OutputHeight,
                        RunLength = g.OutputWidth,
                        Step = g.StrideX * g.Channels,
                    };
                    var writer = new TileWriter(
                        sums + ((nint)group * (g.WeightLength / g.Groups)), g.GroupFilters, null, true, false, conv._level);
                    var unit = conv._stop.Unit((long)pixels * g.GroupFilters, conv._micro.MaxRows);
                    int first = 0, last = g.Area * g.GroupChannels;
                    for (; first < last && !conv.Stops; first += unit)
                    {
                        TileLoop.Run(
                            conv._micro, panels, source, asIs ? gradient : Pointers.Of(scratch.PackedGradient), first, Math.Min(last, first + unit),
                            scratch.TilePointer, writer);
                    }
                }
            }
        }
    }
}
