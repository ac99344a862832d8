using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OrleansCompute.Tensors.Operators.Sampling;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// What a block of places of a grid reads: pixels of a plane and their weights, the same for all channels, and how the weights change with
/// the place. Not thread-safe.
/// </summary>
internal sealed unsafe class GridTable(GridSampleOperator op, bool hasSlopes)
{
    /// <summary>Most places of a block: tables of 16 pixels then fill 64 KB.</summary>
    public const int Block = 512;

    private readonly int _taps = op.Mode == GridSampleMode.Nearest ? 1 : op.Mode == GridSampleMode.Bilinear ? 2 : 4;
    private readonly int[] _pixels = GC.AllocateArray<int>(Area(op) * Block, pinned: true);
    private readonly float[] _weights = GC.AllocateArray<float>(Area(op) * Block, pinned: true);
    private readonly float[] _slopes = hasSlopes ? new float[2 * Area(op) * Block] : [];

    /// <summary>Pixels that a place reads.</summary>
    public int Taps => _taps * _taps;

    /// <summary>Pixel of a plane that a tap of a place reads; -1 outside. [taps, block].</summary>
    public ReadOnlySpan<int> Pixels(int tap) => _pixels.AsSpan(tap * Block, Block);

    /// <summary>Weights of a tap.</summary>
    public ReadOnlySpan<float> Weights(int tap) => _weights.AsSpan(tap * Block, Block);

    /// <summary>How the weights of a tap change with x (0) or y (1) of the grid.</summary>
    public ReadOnlySpan<float> Slopes(int axis, int tap) => _slopes.AsSpan(((axis * Taps) + tap) * Block, Block);

    /// <summary>Fills the tables.</summary>
    /// <param name="grid">Places, x and y by turns.</param>
    /// <param name="count">How many, up to <see cref="Block"/>.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public void Fill(float* grid, int count, int height, int width)
    {
        var columns = stackalloc Tap[4];
        var rows = stackalloc Tap[4];
        for (var i = 0; i < count; i++)
        {
            float x = grid[2 * i], y = grid[(2 * i) + 1];
            Read(x, width, columns);
            Read(y, height, rows);
            for (var tap = 0; tap < Taps; tap++)
            {
                Tap row = rows[tap / _taps], column = columns[tap % _taps];
                var at = (tap * Block) + i;
                _pixels[at] = row.Pixel >= 0 && column.Pixel >= 0 ? (row.Pixel * width) + column.Pixel : -1;
                _weights[at] = row.Weight * column.Weight;
                if (hasSlopes)
                {
                    _slopes[at] = row.Weight * column.Slope;
                    _slopes[(Taps * Block) + at] = row.Slope * column.Weight;
                }
            }
        }
    }

    /// <summary>Adds up what the places read of a plane.</summary>
    public void Read(SimdLevel level, float* plane, int count, float* y)
    {
        var i = 0;
        if (level != SimdLevel.Scalar && Avx2.IsSupported && Fma.IsSupported)
        {
            fixed (int* pixels = _pixels)
            fixed (float* weights = _weights)
            {
                for (; i <= count - 8; i += 8)
                {
                    var sum = Vector256<float>.Zero;
                    for (var tap = 0; tap < Taps; tap++)
                    {
                        // Outside is -1: its complement has no sign, so that nothing is read there.
                        var index = Vector256.Load(pixels + (tap * Block) + i);
                        var value = Avx2.GatherMaskVector256(Vector256<float>.Zero, plane, index, (~index).AsSingle(), sizeof(float));
                        sum = Fma.MultiplyAdd(value, Vector256.Load(weights + (tap * Block) + i), sum);
                    }

                    sum.Store(y + i);
                }
            }
        }

        for (; i < count; i++)
        {
            var sum = 0f;
            for (var tap = 0; tap < Taps; tap++)
            {
                var pixel = _pixels[(tap * Block) + i];
                sum = MathF.FusedMultiplyAdd(pixel >= 0 ? plane[pixel] : 0, _weights[(tap * Block) + i], sum);
            }

            y[i] = sum;
        }
    }

    /// <summary>Adds the gradients of the places to those of the pixels that they read.</summary>
    public void AddTo(float* plane, int count, float* dy)
    {
        for (var tap = 0; tap < Taps; tap++)
        {
            ReadOnlySpan<int> pixels = Pixels(tap);
            var weights = Weights(tap);
            for (var i = 0; i < count; i++)
            {
                if (pixels[i] >= 0)
                {
                    plane[pixels[i]] += weights[i] * dy[i];
                }
            }
        }
    }

    /// <summary>Adds to the gradients of the places what a plane gives.</summary>
    public void AddSlopes(SimdLevel level, float* plane, int count, float* dy, float* dGrid)
    {
        var i = 0;
        if (level != SimdLevel.Scalar && Avx2.IsSupported && Fma.IsSupported)
        {
            fixed (int* pixels = _pixels)
            fixed (float* slopes = _slopes)
            {
                for (; i <= count - 8; i += 8)
                {
                    Vector256<float> x = default, y = default;
                    for (var tap = 0; tap < Taps; tap++)
                    {
                        var index = Vector256.Load(pixels + (tap * Block) + i);
                        var value = Avx2.GatherMaskVector256(Vector256<float>.Zero, plane, index, (~index).AsSingle(), sizeof(float));
                        x = Fma.MultiplyAdd(value, Vector256.Load(slopes + (tap * Block) + i), x);
                        y = Fma.MultiplyAdd(value, Vector256.Load(slopes + ((Taps + tap) * Block) + i), y);
                    }

                    var gradient = Vector256.Load(dy + i);
                    (x, y) = (x * gradient, y * gradient);

                    // x and y by turns: pairs within halves first, then the halves.
                    Vector256<float> low = Avx.UnpackLow(x, y), high = Avx.UnpackHigh(x, y);
                    var to = dGrid + (2 * i);
                    (Vector256.Load(to) + Avx.Permute2x128(low, high, 0x20)).Store(to);
                    (Vector256.Load(to + 8) + Avx.Permute2x128(low, high, 0x31)).Store(to + 8);
                }
            }
        }

        for (; i < count; i++)
        {
            for (var tap = 0; tap < Taps; tap++)
            {
                var pixel = _pixels[(tap * Block) + i];
                if (pixel >= 0)
                {
                    var value = plane[pixel] * dy[i];
                    dGrid[2 * i] += value * Slopes(0, tap)[i];
                    dGrid[(2 * i) + 1] += value * Slopes(1, tap)[i];
                }
            }
        }
    }

    private static int Area(GridSampleOperator op) => op.Mode == GridSampleMode.Nearest ? 1 : op.Mode == GridSampleMode.Bilinear ? 4 : 16;

    private void Read(float coordinate, int size, Tap* taps)
    {
        // As Place has it; within the image nothing else happens.
        double from = coordinate, place = op.AlignsCorners ? (from + 1) / 2 * (size - 1) : (((from + 1) * size) - 1) / 2;
        if (place >= 0 && place < size - 1 && _taps <= 2 && !hasSlopes)
        {
            if (_taps == 1)
            {
                taps[0] = new Tap((int)Math.Round(place, MidpointRounding.ToEven), 1, 0);
            }
            else
            {
                var (low, part) = ((int)place, (float)(place - (int)place));
                taps[0] = new Tap(low, 1 - part, 0);
                taps[1] = new Tap(low + 1, part, 0);
            }

            return;
        }

        place = op.Place(from, size);
        var slope = hasSlopes ? (float)op.Slope(from, size) : 0;
        if (!double.IsFinite(place) || Math.Abs(place) > 1 << 30)
        {
            // Of no place nothing is read, of no number no number.
            var weight = double.IsNaN(place) ? float.NaN : 0;
            for (var i = 0; i < _taps; i++)
            {
                taps[i] = new Tap(double.IsNaN(place) ? 0 : -1, weight, weight);
            }

            return;
        }

        var first = (int)Math.Floor(place);
        var rest = (float)(place - first);
        switch (op.Mode)
        {
            case GridSampleMode.Nearest:
                taps[0] = new Tap(op.Pixel((int)place, size), 1, 0);
                break;
            case GridSampleMode.Bilinear:
                taps[0] = new Tap(op.Pixel(first, size), 1 - rest, -slope);
                taps[1] = new Tap(op.Pixel(first + 1, size), rest, slope);
                break;
            default:
                for (var k = -1; k <= 2; k++)
                {
                    var (weight, change) = Cubic(k - rest);
                    taps[k + 1] = new Tap(op.Pixel(first + k, size), weight, -change * slope);
                }

                break;
        }
    }

    /// <summary>Keys' kernel with a = -0.75, and its derivative.</summary>
    private static (float Weight, float Change) Cubic(float offset)
    {
        const float A = -0.75f;
        float distance = Math.Abs(offset), sign = offset < 0 ? -1 : 1;
        return distance <= 1
            ? (((((A + 2) * distance) - (A + 3)) * distance * distance) + 1, sign * distance * ((3 * (A + 2) * distance) - (2 * (A + 3))))
            : ((((((distance - 5) * distance) + 8) * distance) - 4) * A, sign * A * ((((3 * distance) - 10) * distance) + 8));
    }

    private readonly record struct Tap(int Pixel, float Weight, float Slope);
}
