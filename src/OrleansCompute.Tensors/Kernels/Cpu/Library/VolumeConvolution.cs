using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// The forward convolution of three or more dimensions, channels first, float32, in the way of <see cref="CpuConvolution"/>: the padded
/// image with channels last is the left operand, addressed by tables. Unfolded images took three times as long for 16 channels and 32 filters
/// of 3 x 3 x 3. Keeps its scratch memory: calls after the first allocate nothing. Not thread-safe; it uses the team's threads itself.
/// </summary>
internal sealed unsafe class VolumeConvolution : TeamWork
{
    /// <summary>A group of fewer filters would compute mostly columns that are not there.</summary>
    private const int MinGroupFilters = 8;

    private const long MaxFloats = int.MaxValue / 8;

    /// <summary>Fewer positions are not worth a copy of the image in another thread.</summary>
    private const int MinPositions = 56;

    private readonly CpuKernelContext _context;
    private readonly StopSignal _stop;
    private readonly ConvolutionGeometry _g;
    private readonly int[] _padded;
    private readonly int _paddedLength;
    private readonly int _imageSize;
    private readonly MicroKernel _micro;
    private readonly ConvPass _pass;
    private readonly ConvScratch[] _scratch;
    private readonly AlignedBuffer _weights = new();
    private readonly AlignedBuffer _bias = new();
    private readonly int _pieces;
    private bool _hasBias;
    private float* _images;
    private float* _maps;
    private int _next;

    private VolumeConvolution(CpuKernelContext context, ConvolutionGeometry geometry, int[] padded)
    {
        (_context, _stop, _g, _padded) = (context, context.Stop, geometry, padded);
        _paddedLength = padded.Aggregate(geometry.ImageChannels, (product, size) => product * size);
        _imageSize = geometry.Window.ImageSize;
        _micro = MicroKernel.For(context.Level);
        _scratch = [.. Enumerable.Range(0, context.Team.Parts).Select(_ => new ConvScratch(_micro.MaxTile))];
        var w = geometry.Window;
        var offsets = Offsets(w.Kernel, w.Dilations);
        _pass = new ConvPass(
            Offsets(w.Map, w.Strides), null, [.. Enumerable.Range(0, offsets.Length)], offsets, GroupChannels, geometry.Groups == 1, _micro.MaxRows);

        // Images, or pieces of them where there are fewer than threads.
        var parts = context.Team.Parts;
        _pieces = geometry.Batch >= parts ? 1 : Math.Clamp(_pass.Count / MinPositions, 1, ((2 * parts) + geometry.Batch - 1) / geometry.Batch);
    }

    private int GroupChannels => _g.ImageChannels / _g.Groups;

    private int GroupFilters => _g.MapChannels / _g.Groups;

    /// <summary>Null when it is not for this convolution.</summary>
    public static VolumeConvolution? Create(CpuKernelContext context, ConvolutionGeometry geometry)
    {
        var w = geometry.Window;
        long image = geometry.ImageChannels, map = (long)geometry.MapChannels * w.MapSize;
        var weights = (long)geometry.MapChannels * (geometry.ImageChannels / geometry.Groups) * w.KernelSize;
        var padded = new int[w.Rank];
        for (var i = 0; i < w.Rank; i++)
        {
            // The windows may reach past the padding that was asked for, or not use all of it.
            var size = Math.Max((long)w.Image[i] + w.PadsBegin[i], ((w.Map[i] - 1L) * w.Strides[i]) + ((w.Kernel[i] - 1L) * w.Dilations[i]) + 1);
            if (image > MaxFloats || size > MaxFloats)
            {
                return null;
            }

            padded[i] = (int)size;
            image *= size;
        }

        var fits = geometry.Batch > 0 && w.MapSize > 0 && Math.Max(image, Math.Max(map, weights)) <= MaxFloats;
        return fits && (geometry.Groups == 1 || geometry.MapChannels / geometry.Groups >= MinGroupFilters)
            ? new VolumeConvolution(context, geometry, padded)
            : null;
    }

    /// <summary>Takes the weights for the calls that follow.</summary>
    /// <param name="weights">[filters, channels of a group, window].</param>
    /// <param name="bias">One float per filter, or empty for none.</param>
    public void Prepare(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias)
    {
        var panels = new Panels(_micro, GroupFilters);
        var length = ConvWeights.Length(panels, _pass, GroupChannels);
        int taps = _pass.Taps.Length, filter = GroupChannels * taps;
        _weights.Ensure(checked(length * _g.Groups));
        fixed (float* from = weights)
        {
            for (var group = 0; group < _g.Groups; group++)
            {
                ConvWeights.Pack(
                    panels, _pass, from + ((nint)group * GroupFilters * filter), GroupChannels, taps, filter, Pointers.Of(_weights) + ((nint)group * length));
            }
        }

        _hasBias = !bias.IsEmpty;
        _bias.Ensure(bias.Length);
        bias.CopyTo(_bias.Floats);
    }

    /// <summary>Writes the maps of all images of the batch.</summary>
    public void Forward(float* images, float* maps)
    {
        _images = images;
        _maps = maps;
        _next = 0;
        Teams.Run(_context, this, (long)_g.Batch * _g.MapChannels * _pass.Count);
    }

    /// <inheritdoc/>
    public override void Run(int part, int parts)
    {
        int unit;
        while ((unit = Interlocked.Increment(ref _next) - 1) < _g.Batch * _pieces && !_stop.IsRequested)
        {
            int image = unit / _pieces, piece = unit % _pieces;
            Piece(_scratch[part], image, Start(_pass.Count, piece, _pieces), Start(_pass.Count, piece + 1, _pieces));
        }
    }

    private void Piece(ConvScratch scratch, int image, int first, int end)
    {
        var padded = Padded(scratch, _images + ((nint)image * _g.ImageChannels * _imageSize));
        scratch.Result.Ensure(_pass.Count * _g.MapChannels);
        var result = Pointers.Of(scratch.Result);
        var panels = new Panels(_micro, GroupFilters);
        var length = ConvWeights.Length(panels, _pass, GroupChannels);
        fixed (nint* positions = _pass.Positions, runs = _pass.Runs)
        {
            for (var group = 0; group < _g.Groups; group++)
            {
                var from = new TileSource
                {
                    A = padded + (group * GroupChannels),
                    RowOffsets = positions,
                    RunOffsets = runs,
                    RunCount = _pass.Runs.Length,
                    RunLength = _pass.RunLength,
                    Step = 1,
                };
                var bias = _hasBias ? Pointers.Of(_bias) + (group * GroupFilters) : null;
                var writer = new TileWriter(result + (group * GroupFilters), _g.MapChannels, bias, false, false, _context.Level);
                var unit = _stop.Unit((long)_pass.Runs.Length * _pass.RunLength * GroupFilters, _micro.MaxRows);
                for (var row = first; row < end && !_stop.IsRequested; row += unit)
                {
                    TileLoop.Run(
                        _micro, panels, from, Pointers.Of(_weights) + ((nint)group * length), row, Math.Min(end, row + unit), scratch.TilePointer, writer);
                }
            }
        }

        ConvLayout.ToChannelsFirst(
            _context.Level, result + ((nint)first * _g.MapChannels), end - first, _g.MapChannels,
            _maps + ((nint)image * _g.MapChannels * _pass.Count) + first, _pass.Count);
    }

    /// <summary>The image with its border of zeros, channels last; the border is written once, when the memory is new.</summary>
    private float* Padded(ConvScratch scratch, float* image)
    {
        var w = _g.Window;
        scratch.Image.Ensure(_paddedLength);
        int width = w.Image[^1], rows = _imageSize / width;
        for (var row = 0; row < rows; row++)
        {
            nint at = w.PadsBegin[^1], distance = _padded[^1];
            for (int axis = w.Rank - 2, rest = row; axis >= 0; axis--)
            {
                at += ((rest % w.Image[axis]) + w.PadsBegin[axis]) * distance;
                distance *= _padded[axis];
                rest /= w.Image[axis];
            }

            ConvLayout.ToChannelsLast(
                _context.Level, image + ((nint)row * width), _imageSize, width, _g.ImageChannels, Pointers.Of(scratch.Image) + (at * _g.ImageChannels));
        }

        return Pointers.Of(scratch.Image);
    }

    /// <summary>Where in the padded image all places of a grid lie, the last dimension fastest.</summary>
    private nint[] Offsets(IntList sizes, IntList steps)
    {
        var offsets = new nint[sizes.Aggregate(1, (product, size) => product * size)];
        for (var place = 0; place < offsets.Length; place++)
        {
            nint distance = _g.ImageChannels;
            for (int axis = sizes.Count - 1, rest = place; axis >= 0; axis--)
            {
                offsets[place] += (nint)(rest % sizes[axis]) * steps[axis] * distance;
                distance *= _padded[axis];
                rest /= sizes[axis];
            }
        }

        return offsets;
    }
}
