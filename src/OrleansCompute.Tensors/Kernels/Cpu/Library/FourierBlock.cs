using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Memory for the lines that a thread transforms together. Real lines go by pairs, the second as the imaginary part of the first, which
/// halves the work: the transforms of both are read from that of the pair by its symmetry. Not thread-safe.
/// </summary>
internal sealed unsafe class FourierBlock(SimdLevel level)
{
    // Two planes of it and two of scratch stay in a cache of the second level of 1 MB.
    private const int PlaneFloats = 1 << 15;
    private const int Tile = 64;

    private readonly AlignedBuffer _memory = new();
    private FourierPlan _plan = new(1);

    /// <summary>Complex lines that are transformed together.</summary>
    public int Lines { get; private set; }

    /// <summary>Real parts, [length, lines].</summary>
    public float* Re { get; private set; }

    /// <summary>Imaginary parts.</summary>
    public float* Im { get; private set; }

    /// <summary>Lines that are transformed together for a length: as many as a vector has lanes, unless they are long.</summary>
    public static int LinesOf(int length) => Math.Clamp(PlaneFloats / length, 1, 16);

    /// <summary>Makes room.</summary>
    public void Begin(FourierPlan plan, int lines)
    {
        (_plan, Lines) = (plan, lines);
        var plane = (long)plan.Length * lines;
        _memory.Ensure(checked((int)((2 * plane) + plan.WorkFloats(lines))));
        Re = Pointers.Of(_memory);
        Im = Re + plane;
    }

    /// <summary>Transforms; Re and Im may lie elsewhere then.</summary>
    public void Run(bool isPositive, StopSignal stop)
    {
        var work = Pointers.Of(_memory) + (2L * _plan.Length * Lines);
        float* re = Re, im = Im;
        if (isPositive)
        {
            _plan.Run(level, ref im, ref re, Lines, work, stop);
        }
        else
        {
            _plan.Run(level, ref re, ref im, Lines, work, stop);
        }

        Re = re;
        Im = im;
    }

    /// <summary>Sets elements of all lines from some on to zero.</summary>
    public void Clear(int from)
    {
        var length = (_plan.Length - from) * Lines;
        new Span<float>(Re + ((nint)from * Lines), length).Clear();
        new Span<float>(Im + ((nint)from * Lines), length).Clear();
    }

    /// <summary>Reads real lines: those of even number become real parts, the others imaginary ones.</summary>
    /// <param name="x">First element of the first line.</param>
    /// <param name="count">Elements of a line.</param>
    /// <param name="lines">Lines, up to twice <see cref="Lines"/>.</param>
    /// <param name="stride">Floats from one line to the next; elements of a line follow one another.</param>
    public void ReadPairs(float* x, int count, int lines, nint stride)
    {
        int even = (lines + 1) / 2, odd = lines / 2;
        Transpose.Matrix(level != SimdLevel.Scalar, even, count, x, 2 * stride, Re, Lines);
        Transpose.Matrix(level != SimdLevel.Scalar, odd, count, x + stride, 2 * stride, Im, Lines);
        if (odd < Lines)
        {
            // Lines that are not there are transformed as well; they must not be slow numbers.
            for (var t = 0; t < count; t++)
            {
                new Span<float>(Re + ((nint)t * Lines) + even, Lines - even).Clear();
                new Span<float>(Im + ((nint)t * Lines) + odd, Lines - odd).Clear();
            }
        }
    }

    /// <summary>Reads lines one by one, each into its lane; lanes without a line of their own repeat the last.</summary>
    /// <param name="places">Where each line begins.</param>
    /// <param name="x">What the places count from.</param>
    /// <param name="count">Elements of a line.</param>
    /// <param name="stride">Floats from one element to the next.</param>
    /// <param name="isComplex">Whether the imaginary part follows the real one; else it is 0.</param>
    public void Read(ReadOnlySpan<nint> places, float* x, int count, nint stride, bool isComplex)
    {
        for (var first = 0; first < count; first += Tile)
        {
            for (var lane = 0; lane < Lines; lane++)
            {
                float* from = x + places[Math.Min(lane, places.Length - 1)], re = Re + lane, im = Im + lane;
                for (nint t = first; t < Math.Min(count, first + Tile); t++)
                {
                    re[t * Lines] = from[t * stride];
                    im[t * Lines] = isComplex ? from[(t * stride) + 1] : 0;
                }
            }
        }
    }

    /// <summary>Multiplies element t of all lines by a number.</summary>
    public void Weigh(float* window, int count)
    {
        for (var t = 0; t < count; t++)
        {
            var weight = window[t];
            float* re = Re + ((nint)t * Lines), im = Im + ((nint)t * Lines);
            for (var lane = 0; lane < Lines; lane++)
            {
                re[lane] *= weight;
                im[lane] *= weight;
            }
        }
    }

    /// <summary>Writes the transforms of pairs of real lines.</summary>
    /// <param name="bins">First bins of each.</param>
    /// <param name="lines">Lines.</param>
    /// <param name="scale">Factor.</param>
    /// <param name="y">First bin of the first line, complex.</param>
    /// <param name="lineStride">Floats from one line to the next.</param>
    public void WritePairs(int bins, int lines, float scale, float* y, nint lineStride)
    {
        var half = scale / 2;
        for (var first = 0; first < bins; first += Tile)
        {
            for (var line = 0; line < lines; line++)
            {
                float* re = Re + (line / 2), im = Im + (line / 2), to = y + (line * lineStride);
                for (var k = first; k < Math.Min(bins, first + Tile); k++)
                {
                    nint at = (nint)k * Lines, mirror = k == 0 ? 0 : (nint)(_plan.Length - k) * Lines;
                    (to[2 * k], to[(2 * k) + 1]) = (line & 1) == 0
                        ? ((re[at] + re[mirror]) * half, (im[at] - im[mirror]) * half)
                        : ((im[at] + im[mirror]) * half, (re[mirror] - re[at]) * half);
                }
            }
        }
    }

    /// <summary>Writes lines one by one.</summary>
    /// <param name="places">Where each line begins.</param>
    /// <param name="count">Elements of a line.</param>
    /// <param name="scale">Factor.</param>
    /// <param name="y">What the places count from.</param>
    /// <param name="stride">Floats from one element to the next.</param>
    /// <param name="isComplex">Whether the imaginary part is written behind the real one.</param>
    public void Write(ReadOnlySpan<nint> places, int count, float scale, float* y, nint stride, bool isComplex)
    {
        for (var first = 0; first < count; first += Tile)
        {
            for (var lane = 0; lane < places.Length; lane++)
            {
                float* to = y + places[lane], re = Re + lane, im = Im + lane;
                for (nint t = first; t < Math.Min(count, first + Tile); t++)
                {
                    to[t * stride] = re[t * Lines] * scale;
                    if (isComplex)
                    {
                        to[(t * stride) + 1] = im[t * Lines] * scale;
                    }
                }
            }
        }
    }
}
