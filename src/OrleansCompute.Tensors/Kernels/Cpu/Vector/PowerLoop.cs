using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Powers of floats as 2^(y log2 |x|) in doubles, 16 at a time in four registers' halves, for processors of <see cref="SimdLevel.Vector512"/>.
/// The relative error before the last rounding is below 2^-31: the logarithm's series is cut off at 1.3e-12 of it, times at most 104 (the
/// largest power that is finite), the exponential's at 2e-10. Stateless.
/// </summary>
internal static unsafe class PowerLoop
{
    private const int Lanes = 16;

    // Added to a double of less than 2^51, it leaves the nearest whole number in the low bits.
    private const double Shifter = 6755399441055744.0;

    // Powers of two beyond these round to zero and infinity in float.
    private const double LargestExponent = 160;
    private const long One = 0x3FF0_0000_0000_0000;
    private const long RootOfHalf = 0x3FE6_A09E_667F_3BCD;

    /// <summary>y[i] = a[i] to the b[i]. The result may be one of the arguments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        fixed (float* bases = a, exponents = b, results = y)
        {
            var i = 0;
            for (; i <= y.Length - Lanes; i += Lanes)
            {
                Sixteen(bases + i, exponents + i, results + i);
            }

            if (i < y.Length)
            {
                var rest = stackalloc float[2 * Lanes];
                new Span<float>(rest, 2 * Lanes).Fill(1);
                a[i..].CopyTo(new Span<float>(rest, Lanes));
                b[i..].CopyTo(new Span<float>(rest + Lanes, Lanes));
                Sixteen(rest, rest + Lanes, rest);
                new ReadOnlySpan<float>(rest, y.Length - i).CopyTo(y[i..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sixteen(float* bases, float* exponents, float* results)
    {
        var x = Vector512.Load(bases);
        var y = Vector512.Load(exponents);
        var (lowBase, highBase) = Vector512.Widen(Vector512.Abs(x));
        var (lowExponent, highExponent) = Vector512.Widen(y);
        var power = Vector512.Narrow(Eight(lowBase, lowExponent), Eight(highBase, highExponent));

        // Of negative numbers: whole powers only, odd ones are negative. Halves of whole floats are exact.
        var negative = Vector512.LessThan(x, Vector512<float>.Zero);
        if (negative != Vector512<float>.Zero)
        {
            var half = y * 0.5f;
            var isEven = Vector512.Equals(Vector512.Floor(half), half);
            var isWhole = Vector512.Equals(Vector512.Floor(y), y);
            var signed = Vector512.ConditionalSelect(isEven, power, -power);
            power = Vector512.ConditionalSelect(negative, Vector512.ConditionalSelect(isWhole, signed, Vector512.Create(float.NaN)), power);
        }

        // Zeros, infinities and NaN on either side: the library knows all the cases.
        var plain = Vector512.LessThan(Vector512<float>.Zero, Vector512.Abs(x)) & Vector512.LessThan(Vector512.Abs(x), Vector512.Create(float.PositiveInfinity))
            & Vector512.LessThan(Vector512.Abs(y), Vector512.Create(float.PositiveInfinity));
        var special = ~Vector512.ExtractMostSignificantBits(plain) & 0xFFFF;
        if (special == 0)
        {
            power.Store(results);
            return;
        }

        var values = stackalloc float[3 * Lanes];
        power.Store(values);
        x.Store(values + Lanes);
        y.Store(values + (2 * Lanes));
        for (var i = 0; i < Lanes; i++)
        {
            results[i] = (special & (1UL << i)) != 0 ? MathF.Pow(values[Lanes + i], values[(2 * Lanes) + i]) : values[i];
        }
    }

    /// <summary>x^y for positive x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Eight(Vector512<double> x, Vector512<double> y)
    {
        // x = m 2^e with m from sqrt(1/2) to sqrt(2).
        var bits = x.AsInt64();
        var e = ((bits + Vector512.Create(One - RootOfHalf)) >>> 52) - Vector512.Create(One >> 52);
        var m = (bits - (e << 52)).AsDouble();
        var exponent = (e + Vector512.Create(BitConverter.DoubleToInt64Bits(Shifter))).AsDouble() - Vector512.Create(Shifter);

        // log m = 2 (s + s^3 / 3 + s^5 / 5 + ...) with s = (m - 1) / (m + 1), at most 0.172.
        var one = Vector512.Create(1.0);
        var s = (m - one) / (m + one);
        var z = s * s;
        var p = Vector512.Create(1.0 / 13);
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.0 / 11));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.0 / 9));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.0 / 7));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.0 / 5));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.0 / 3));
        p = Vector512.FusedMultiplyAdd(p, z, one);
        var logarithm = Vector512.FusedMultiplyAdd(p * s, Vector512.Create(2 / 0.69314718055994531), exponent);

        // 2^t = 2^n e^u with n the nearest whole number to t: u is at most 0.347.
        var t = Vector512.MinNative(Vector512.MaxNative(logarithm * y, Vector512.Create(-LargestExponent)), Vector512.Create(LargestExponent));
        var shifted = t + Vector512.Create(Shifter);
        var u = (t - (shifted - Vector512.Create(Shifter))) * Vector512.Create(0.69314718055994531);
        var q = Vector512.Create(1.0 / 40320);
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(1.0 / 5040));
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(1.0 / 720));
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(1.0 / 120));
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(1.0 / 24));
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(1.0 / 6));
        q = Vector512.FusedMultiplyAdd(q, u, Vector512.Create(0.5));
        q = Vector512.FusedMultiplyAdd(q, u, one);
        q = Vector512.FusedMultiplyAdd(q, u, one);
        return (q.AsInt64() + (shifted.AsInt64() << 52)).AsDouble();
    }
}
