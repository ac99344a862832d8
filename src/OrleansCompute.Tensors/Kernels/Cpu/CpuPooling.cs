using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Max and average pooling with their gradients. Images with channels first are turned and turned back. Keeps its scratch memory: calls
/// after the first allocate nothing. A stopped call leaves the rest of the images out. Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe class CpuPooling
{
    /// <summary>Elements that the windows of an image cover, from which on its rows look at the signal: a tenth of a millisecond.</summary>
    private const long LongImage = 1 << 20;

    private readonly PoolGeometry _g;
    private readonly SimdLevel _level;
    private readonly WorkerTeam _team;
    private readonly StopSignal? _stop;
    private readonly StopSignal? _rowStop;
    private readonly Images _images;
    private readonly AlignedBuffer[] _inputs;
    private readonly AlignedBuffer[] _outputs;
    private readonly AlignedBuffer[] _indices;

    public CpuPooling(in PoolGeometry geometry, SimdLevel level, WorkerTeam team, StopSignal? stop = null)
    {
        geometry.Validate();
        _g = geometry;
        _level = level;
        _team = team;
        _stop = stop;
        _rowStop = (long)geometry.OutputLength * geometry.KernelHeight * geometry.KernelWidth >= LongImage ? stop : null;
        _images = new Images(this);
        _inputs = new AlignedBuffer[team.Parts];
        _outputs = new AlignedBuffer[team.Parts];
        _indices = new AlignedBuffer[team.Parts];
        for (var i = 0; i < team.Parts; i++)
        {
            (_inputs[i], _outputs[i], _indices[i]) = (new AlignedBuffer(), new AlignedBuffer(), new AlignedBuffer());
        }
    }

    private enum Function
    {
        Max,
        MaxGradient,
        Average,
        AverageGradient,
    }

    /// <summary>Sizes of one image.</summary>
    public PoolGeometry Geometry => _g;

    /// <summary>Writes the maximum of every window.</summary>
    /// <param name="batch">Images, 0 or more.</param>
    /// <param name="input">batch * Geometry.InputLength floats.</param>
    /// <param name="output">batch * Geometry.OutputLength floats.</param>
    /// <param name="indices">Per output row * Width + column of the maximum in its channel, the first of equals; empty when not needed.</param>
    public void Max(int batch, ReadOnlySpan<float> input, Span<float> output, Span<int> indices)
    {
        Require(batch, input.Length, output.Length, indices.IsEmpty ? int.MaxValue : indices.Length);
        fixed (float* x = input, y = output)
        fixed (int* i = indices)
        {
            Run(Function.Max, batch, x, y, i);
        }
    }

    /// <summary>Sends each output gradient to the position of its maximum; the rest becomes zero.</summary>
    public void MaxGradient(int batch, ReadOnlySpan<int> indices, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Require(batch, inputGradient.Length, outputGradient.Length, indices.Length);
        fixed (float* dx = inputGradient, dy = outputGradient)
        fixed (int* i = indices)
        {
            Run(Function.MaxGradient, batch, dx, dy, i);
        }
    }

    /// <summary>Writes the average of every window.</summary>
    public void Average(int batch, ReadOnlySpan<float> input, Span<float> output)
    {
        Require(batch, input.Length, output.Length, int.MaxValue);
        fixed (float* x = input, y = output)
        {
            Run(Function.Average, batch, x, y, null);
        }
    }

    /// <summary>Spreads each output gradient evenly over its window.</summary>
    public void AverageGradient(int batch, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Require(batch, inputGradient.Length, outputGradient.Length, int.MaxValue);
        fixed (float* dx = inputGradient, dy = outputGradient)
        {
            Run(Function.AverageGradient, batch, dx, dy, null);
        }
    }

    private void Require(int batch, int inputLength, int outputLength, int indexLength)
    {
        if (inputLength < (long)batch * _g.InputLength || outputLength < (long)batch * _g.OutputLength || indexLength < (long)batch * _g.OutputLength)
        {
            throw new ArgumentException(
                $"Pool: {batch} images of {_g.InputLength} floats and {_g.OutputLength} results do not fit buffers of {inputLength} and {outputLength}"
                + (indexLength == int.MaxValue ? "." : $" with {indexLength} indices."));
        }
    }

    private void Run(Function function, int batch, float* image, float* pooled, int* indices)
    {
        _images.Set(function, batch, image, pooled, indices);
        if ((long)batch * _g.InputLength < 1 << 16)
        {
            // Below some 20 microseconds a second thread takes longer to start than it saves.
            _images.Run(0, 1);
        }
        else
        {
            _team.Run(_images);
        }
    }

    private sealed class Images(CpuPooling pooling) : TeamWork
    {
        private Function _function;
        private int _batch;
        private float* _image;
        private float* _pooled;
        private int* _indices;

        public void Set(Function function, int batch, float* image, float* pooled, int* indices)
        {
            (_function, _batch) = (function, batch);
            _image = image;
            _pooled = pooled;
            _indices = indices;
        }

        public override void Run(int part, int parts)
        {
            var g = pooling._g;
            var end = Start(_batch, part + 1, parts);
            for (var i = Start(_batch, part, parts); i < end && pooling._stop is not { IsRequested: true }; i++)
            {
                var image = _image + ((nint)i * g.InputLength);
                var pooled = _pooled + ((nint)i * g.OutputLength);
                var indices = _indices == null ? null : _indices + ((nint)i * g.OutputLength);
                if (g.ChannelsFirst && g.Channels > 1)
                {
                    Turned(part, image, pooled, indices);
                }
                else
                {
                    OneImage(image, pooled, indices);
                }
            }
        }

        private void Turned(int part, float* image, float* pooled, int* indices)
        {
            var g = pooling._g;
            var level = pooling._level;
            int pixels = g.Height * g.Width, windows = g.OutputHeight * g.OutputWidth;
            pooling._inputs[part].Ensure(g.InputLength);
            pooling._outputs[part].Ensure(g.OutputLength);
            pooling._indices[part].Ensure(indices == null ? 0 : g.OutputLength);
            float* turnedImage = Pointers.Of(pooling._inputs[part]), turnedPooled = Pointers.Of(pooling._outputs[part]);
            var turnedIndices = indices == null ? null : (int*)Pointers.Of(pooling._indices[part]);
            var forward = _function is Function.Max or Function.Average;
            if (forward)
            {
                ConvLayout.ToChannelsLast(level, image, pixels, pixels, g.Channels, turnedImage);
            }
            else
            {
                ConvLayout.ToChannelsLast(level, pooled, windows, windows, g.Channels, turnedPooled);
            }

            if (_function == Function.MaxGradient)
            {
                ConvLayout.ToChannelsLast(level, (float*)indices, windows, windows, g.Channels, (float*)turnedIndices);
            }

            OneImage(turnedImage, turnedPooled, turnedIndices);
            if (pooling._stop is { IsRequested: true })
            {
                return;
            }

            if (!forward)
            {
                ConvLayout.ToChannelsFirst(level, turnedImage, pixels, g.Channels, image, pixels);
                return;
            }

            ConvLayout.ToChannelsFirst(level, turnedPooled, windows, g.Channels, pooled, windows);
            if (indices != null)
            {
                ConvLayout.ToChannelsFirst(level, (float*)turnedIndices, windows, g.Channels, (float*)indices, windows);
            }
        }

        private void OneImage(float* image, float* pooled, int* indices)
        {
            switch (pooling._level)
            {
                case SimdLevel.Vector512: OneImage<Lanes512>(image, pooled, indices); break;
                case SimdLevel.Vector256: OneImage<Lanes256>(image, pooled, indices); break;
                default: OneImage<Lanes1>(image, pooled, indices); break;
            }
        }

        private void OneImage<T>(float* image, float* pooled, int* indices)
            where T : unmanaged, ILanes<T>
        {
            var (g, stop) = (pooling._g, pooling._rowStop);
            if (_function == Function.AverageGradient || (_function == Function.MaxGradient && !g.Tiles))
            {
                new Span<float>(image, g.InputLength).Clear();
            }

            switch (_function)
            {
                case Function.Max: PoolWindows.Max<T>(g, image, pooled, indices, stop); break;
                case Function.MaxGradient: PoolWindows.MaxGradient<T>(g, pooled, indices, image, stop); break;
                case Function.Average: PoolWindows.Average<T>(g, image, pooled, stop); break;
                default: PoolWindows.AverageGradient<T>(g, pooled, image, stop); break;
            }
        }
    }
}
