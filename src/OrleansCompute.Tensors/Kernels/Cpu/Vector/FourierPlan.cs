namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Fourier transforms of one length, of many lines at once: element t of all lines lies side by side, real and imaginary parts apart
/// ([length, lines] each), so that lines are the lanes of vectors. Lengths whose prime factors are 13 or less go by Stockham's passes (Stockham
/// 1966: no bit reversal, all memory in order) of radix 4, 2 and odd ones; others by a convolution with a chirp (Bluestein 1970). Only
/// forwards, exp(-2 pi i k t / n), not scaled: the other direction is the same with the two parts exchanged. Immutable, thread-safe.
/// </summary>
internal sealed unsafe class FourierPlan
{
    private const int LargestRadix = 13;
    private readonly Pass[] _passes;
    private readonly FourierPlan? _inner;
    private readonly float[] _chirp = [];
    private readonly float[] _spectrum = [];

    /// <summary>Prepares a length: one sine and cosine for each element.</summary>
    /// <param name="length">1 or more.</param>
    public FourierPlan(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        var radices = Factors(length);
        if (radices.Count > 0 && radices.Max() > LargestRadix)
        {
            _passes = [];
            (_inner, _chirp, _spectrum) = Chirp(length);
            return;
        }

        _passes = new Pass[radices.Count];
        for (int i = 0, rest = length; i < radices.Count; i++)
        {
            _passes[i] = Pass.Create(radices[i], rest);
            rest /= radices[i];
        }
    }

    public int Length { get; }

    /// <summary>Bytes that a plan takes while it is made, and the blocks of some threads with the scratch memory of their lines.</summary>
    public static long Bytes(int length, int lines, int parts)
    {
        var isChirp = Factors(length).Any(factor => factor > LargestRadix);
        var (size, plan) = isChirp ? (InnerLength(length), (8L * length) + (32 * InnerLength(length))) : (length, 8L * length);
        return plan + (4L * parts * lines * ((2L * length) + ((isChirp ? 4 : 2) * size)));
    }

    private static long InnerLength(int length) => System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((2L * length) - 1));

    /// <summary>Floats of scratch memory that a transform of some lines needs.</summary>
    public long WorkFloats(int lines) => _inner is null ? 2L * Length * lines : 4L * _inner.Length * lines;

    /// <summary>Transforms.</summary>
    /// <param name="level">Vector instructions.</param>
    /// <param name="re">Real parts; where they lie afterwards: there, or in the scratch memory.</param>
    /// <param name="im">Imaginary parts, likewise.</param>
    /// <param name="lines">Lines, 1 or more.</param>
    /// <param name="work">Scratch memory.</param>
    /// <param name="stop">Looked at between passes; the rest is left out then.</param>
    public void Run(SimdLevel level, ref float* re, ref float* im, int lines, float* work, StopSignal? stop = null)
    {
        if (_inner is not null)
        {
            Convolve(level, re, im, lines, work, stop);
            return;
        }

        float* otherRe = work, otherIm = work + ((nint)Length * lines);
        var side = lines;
        foreach (var pass in _passes)
        {
            if (stop is { IsRequested: true })
            {
                return;
            }

            pass.Run(level, re, im, otherRe, otherIm, side);
            float* usedRe = re, usedIm = im;
            re = otherRe;
            im = otherIm;
            otherRe = usedRe;
            otherIm = usedIm;
            side *= pass.Radix;
        }
    }

    private static List<int> Factors(int length)
    {
        var factors = new List<int>();
        foreach (var first in (ReadOnlySpan<int>)[4, 2])
        {
            while (length % first == 0)
            {
                factors.Add(first);
                length /= first;
            }
        }

        for (var odd = 3; length > 1; odd += 2)
        {
            if ((long)odd * odd > length)
            {
                odd = length;
            }

            while (length % odd == 0)
            {
                factors.Add(odd);
                length /= odd;
            }
        }

        return factors;
    }

    /// <summary>exp(-pi i t^2 / n), and the spectrum of its conjugate, which the signal is convolved with.</summary>
    private static (FourierPlan Inner, float[] Chirp, float[] Spectrum) Chirp(int length)
    {
        var size = checked((int)InnerLength(length));
        var inner = new FourierPlan(size);
        float[] chirp = new float[2 * length], spectrum = new float[2 * size];
        for (long t = 0; t < length; t++)
        {
            // The square is taken by the period, so that the angle stays exact.
            var (sine, cosine) = Math.SinCos(Math.PI * (t * t % (2L * length)) / length);
            (chirp[2 * t], chirp[(2 * t) + 1]) = ((float)cosine, (float)-sine);
            spectrum[t] = (float)cosine;
            spectrum[size + t] = (float)sine;
            if (t > 0)
            {
                spectrum[size - t] = (float)cosine;
                spectrum[(2 * size) - t] = (float)sine;
            }
        }

        fixed (float* start = spectrum, work = new float[2 * size])
        {
            float* re = start, im = start + size;
            inner.Run(SimdLevel.Scalar, ref re, ref im, 1, work);
            var scaled = new float[2 * size];
            for (var k = 0; k < size; k++)
            {
                // With the scale of the way back.
                (scaled[2 * k], scaled[(2 * k) + 1]) = (re[k] / size, im[k] / size);
            }

            return (inner, chirp, scaled);
        }
    }

    private void Convolve(SimdLevel level, float* re, float* im, int lines, float* work, StopSignal? stop)
    {
        nint plane = (nint)_inner!.Length * lines, signal = (nint)Length * lines;
        float* innerRe = work, innerIm = work + plane;
        FourierLoops.Scale(level, re, im, innerRe, innerIm, _chirp, Length, lines);
        new Span<float>(innerRe + signal, (int)(plane - signal)).Clear();
        new Span<float>(innerIm + signal, (int)(plane - signal)).Clear();
        _inner.Run(level, ref innerRe, ref innerIm, lines, work + (2 * plane), stop);
        FourierLoops.Scale(level, innerRe, innerIm, innerRe, innerIm, _spectrum, _inner.Length, lines);
        var rest = innerRe == work ? work + (2 * plane) : work;
        _inner.Run(level, ref innerIm, ref innerRe, lines, rest, stop);
        FourierLoops.Scale(level, innerRe, innerIm, re, im, _chirp, Length, lines);
    }

    /// <summary>One pass: butterflies of a radix over what is left of the length, and the factors behind them.</summary>
    private sealed record Pass(int Radix, int Count, float[] Factors, float[] Waves)
    {
        public static Pass Create(int radix, int rest)
        {
            var count = rest / radix;
            var factors = new float[2 * count * (radix - 1)];
            for (var p = 0; p < count; p++)
            {
                for (var j = 1; j < radix; j++)
                {
                    var (sine, cosine) = Math.SinCos(-2 * Math.PI * ((long)j * p) / rest);
                    var at = 2 * ((p * (radix - 1)) + j - 1);
                    (factors[at], factors[at + 1]) = ((float)cosine, (float)sine);
                }
            }

            var waves = new float[2 * radix];
            for (var j = 0; j < radix; j++)
            {
                var (sine, cosine) = Math.SinCos(2 * Math.PI * j / radix);
                (waves[2 * j], waves[(2 * j) + 1]) = ((float)cosine, (float)sine);
            }

            return new Pass(radix, count, factors, waves);
        }

        public void Run(SimdLevel level, float* re, float* im, float* toRe, float* toIm, int side)
        {
            fixed (float* factors = Factors, waves = Waves)
            {
                var call = new FourierCall(Radix, Count, side, re, im, toRe, toIm, factors, waves);
                switch (level)
                {
                    // A quarter of a vector is slower than one element after another.
                    case SimdLevel.Vector512 when side >= 12: FourierLoops.Pass<Lanes512>(call); break;
                    case SimdLevel.Vector512 or SimdLevel.Vector256 when side >= 3: FourierLoops.Pass<Lanes256>(call); break;
                    default: FourierLoops.Pass<Lanes1>(call); break;
                }
            }
        }
    }
}
