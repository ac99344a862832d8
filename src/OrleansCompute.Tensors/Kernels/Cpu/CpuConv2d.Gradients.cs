namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <content>The two gradients, as products over the same offset tables.</content>
internal sealed partial class CpuConv2d
{
    private readonly AlignedBuffer _turnedWeights = new();
    private nint[]? _weightOffsets;
    private nint[]? _outputRowOffsets;
    private nint[]? _inputOffsets;
    private nint[]? _dilatedRowOffsets;

    public unsafe void WeightGradient(
        int batch, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient)
    {
        var g = Geometry;
        Require(input.Length >= (long)batch * g.InputLength, nameof(input), input.Length, (long)batch * g.InputLength);
        Require(
            outputGradient.Length >= (long)batch * g.OutputLength, nameof(outputGradient), outputGradient.Length, (long)batch * g.OutputLength);
        Require(weightGradient.Length >= g.WeightLength, nameof(weightGradient), weightGradient.Length, g.WeightLength);
        Require(biasGradient.IsEmpty || biasGradient.Length >= g.Filters, nameof(biasGradient), biasGradient.Length, g.Filters);
        if (_weightOffsets is null)
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
            ElementWise.Add(_level, total.WeightGradient.Floats, part.WeightGradient.Floats, total.WeightGradient.Floats);
            ElementWise.Add(_level, total.BiasGradient.Floats, part.BiasGradient.Floats, total.BiasGradient.Floats);
        }

        // [row, column, channel][filter] to [filter][channel][row, column].
        var area = g.KernelHeight * g.KernelWidth;
        ReadOnlySpan<float> sums = total.WeightGradient.Floats;
        for (var position = 0; position < area; position++)
        {
            for (var channel = 0; channel < g.Channels; channel++)
            {
                var row = sums.Slice(((position * g.Channels) + channel) * g.Filters, g.Filters);
                for (var filter = 0; filter < row.Length; filter++)
                {
                    weightGradient[(((filter * g.Channels) + channel) * area) + position] = row[filter];
                }
            }
        }

        if (!biasGradient.IsEmpty)
        {
            total.BiasGradient.Floats[..g.Filters].CopyTo(biasGradient);
        }
    }

    public unsafe void InputGradient(int batch, ReadOnlySpan<float> weights, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        var g = Geometry;
        Require(weights.Length >= g.WeightLength, nameof(weights), weights.Length, g.WeightLength);
        Require(
            outputGradient.Length >= (long)batch * g.OutputLength, nameof(outputGradient), outputGradient.Length, (long)batch * g.OutputLength);
        Require(
            inputGradient.Length >= (long)batch * g.InputLength, nameof(inputGradient), inputGradient.Length, (long)batch * g.InputLength);
        if (_inputOffsets is null)
        {
            CreateInputGradientTables();
        }

        TurnWeights(weights);
        fixed (float* dy = outputGradient, dx = inputGradient)
        {
            _inputGradient.Set(batch, dy, dx);
            _team.Run(_inputGradient);
        }
    }

    /// <summary>Apart from the callers, because a method with a lambda allocates its captured variables on entry, each time.</summary>
    private void CreateWeightGradientTables()
    {
        var g = Geometry;
        var filterRow = g.KernelWidth * g.Channels;
        _weightOffsets = TileLoop.Table(_micro, g.Depth, k => ((k / filterRow) * g.PaddedWidth * g.Channels) + (k % filterRow));
        _outputRowOffsets = TileLoop.Table(_micro, g.OutputHeight, oy => oy * g.Stride * g.PaddedWidth * g.Channels);
    }

    /// <inheritdoc cref="CreateWeightGradientTables"/>
    private void CreateInputGradientTables()
    {
        var g = Geometry;
        var dilatedRow = (g.Width + g.KernelWidth - 1) * g.Filters;
        _inputOffsets = TileLoop.Table(_micro, g.Height * g.Width, p => (p / g.Width * dilatedRow) + (p % g.Width * g.Filters));
        _dilatedRowOffsets = TileLoop.Table(_micro, g.KernelHeight, ky => ky * dilatedRow);
    }

    /// <summary>Packs the weights turned by 180 degrees, as [row, column, filter][channel].</summary>
    private void TurnWeights(ReadOnlySpan<float> weights)
    {
        var g = Geometry;
        var panels = new Panels(_micro, g.Channels);
        var area = g.KernelHeight * g.KernelWidth;
        _turnedWeights.Ensure(area * g.Filters * panels.PackedColumns);
        var packed = _turnedWeights.Floats;
        var at = 0;
        for (var panel = 0; panel < panels.Count; panel++)
        {
            int width = panels.Width(panel), count = panels.ColumnsIn(panel), first = panels.FirstColumn(panel);
            for (var position = area - 1; position >= 0; position--)
            {
                for (var filter = 0; filter < g.Filters; filter++, at += width)
                {
                    for (var j = 0; j < count; j++)
                    {
                        packed[at + j] = weights[(((filter * g.Channels) + first + j) * area) + position];
                    }
                }
            }
        }
    }

    private sealed unsafe class WeightGradientWork(CpuConv2d conv) : TeamWork
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
            var g = conv.Geometry;
            var pixels = g.OutputHeight * g.OutputWidth;
            var panels = new Panels(conv._micro, g.Filters);
            var scratch = conv._parts[part];
            scratch.Image.Ensure(g.PaddedHeight * g.PaddedWidth * g.Channels);
            scratch.PackedGradient.Ensure(panels.IsPackedAsIs ? 0 : pixels * panels.PackedColumns);
            var end = Start(_batch, part + 1, parts);
            fixed (nint* rows = conv._weightOffsets, runs = conv._outputRowOffsets)
            fixed (float* tile = scratch.Tile.Floats, padded = scratch.Image.Floats, packed = scratch.PackedGradient.Floats)
            fixed (float* sums = scratch.WeightGradient.Floats)
            {
                var source = new TileSource
                {
                    RowOffsets = rows,
                    RunOffsets = runs,
                    RunCount = g.OutputHeight,
                    RunLength = g.OutputWidth,
                    Step = g.Stride * g.Channels,
                };
                var writer = new TileWriter(sums, g.Filters, null, true, false, conv._level);
                for (var image = Start(_batch, part, parts); image < end; image++)
                {
                    source.A = Pad(g, _input + ((nint)image * g.InputLength), padded);
                    var gradient = _outputGradient + ((nint)image * g.OutputLength);
                    if (!panels.IsPackedAsIs)
                    {
                        panels.Pack(gradient, g.Filters, pixels, packed);
                    }

                    TileLoop.Run(conv._micro, panels, source, panels.IsPackedAsIs ? gradient : packed, 0, g.Depth, tile, writer);
                    ElementWise.AddColumnSums(
                        conv._level, g.Filters, new ReadOnlySpan<float>(gradient, g.OutputLength), scratch.BiasGradient.Floats);
                }
            }
        }
    }

    private sealed unsafe class InputGradientWork(CpuConv2d conv) : TeamWork
    {
        private int _batch;
        private float* _outputGradient;
        private float* _inputGradient;

        public void Set(int batch, float* outputGradient, float* inputGradient)
        {
            _batch = batch;
            _outputGradient = outputGradient;
            _inputGradient = inputGradient;
        }

        public override void Run(int part, int parts)
        {
            var g = conv.Geometry;
            int dilatedHeight = g.Height + g.KernelHeight - 1, dilatedWidth = g.Width + g.KernelWidth - 1;
            var panels = new Panels(conv._micro, g.Channels);
            var scratch = conv._parts[part];
            scratch.Dilated.Ensure(dilatedHeight * dilatedWidth * g.Filters);
            var end = Start(_batch, part + 1, parts);
            fixed (nint* pixels = conv._inputOffsets, runs = conv._dilatedRowOffsets)
            fixed (float* tile = scratch.Tile.Floats, dilated = scratch.Dilated.Floats, weights = conv._turnedWeights.Floats)
            {
                var source = new TileSource
                {
                    A = dilated,
                    RowOffsets = pixels,
                    RunOffsets = runs,
                    RunCount = g.KernelHeight,
                    RunLength = g.KernelWidth * g.Filters,
                    Step = 1,
                };
                for (var image = Start(_batch, part, parts); image < end; image++)
                {
                    Dilate(g, _outputGradient + ((nint)image * g.OutputLength), dilated);
                    var writer = new TileWriter(
                        _inputGradient + ((nint)image * g.InputLength), g.Channels, null, false, false, conv._level);
                    TileLoop.Run(conv._micro, panels, source, weights, 0, g.Height * g.Width, tile, writer);
                }
            }
        }

        /// <summary>Spreads the gradient by the stride inside a border, so that a plain convolution with turned weights follows.</summary>
        private static void Dilate(in Conv2dGeometry g, float* gradient, float* dilated)
        {
            var rowLength = (g.Width + g.KernelWidth - 1) * g.Filters;
            for (var y = 0; y < g.OutputHeight; y++)
            {
                var to = dilated + (((g.KernelHeight - 1 - g.Padding) + (y * g.Stride)) * rowLength)
                    + ((g.KernelWidth - 1 - g.Padding) * g.Filters);
                var run = g.Stride == 1 ? g.OutputWidth * g.Filters : g.Filters;
                for (var done = 0; done < g.OutputWidth * g.Filters; done += run, gradient += run, to += run * g.Stride)
                {
                    new ReadOnlySpan<float>(gradient, run).CopyTo(new Span<float>(to, run));
                }
            }
        }
    }
}
