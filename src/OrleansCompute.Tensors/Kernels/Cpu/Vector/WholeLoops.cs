using System.Numerics;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>
/// Element-wise loops over whole numbers that System.Numerics.Tensors lacks, or has with other rules: what does not fit loses its upper
/// bits, and nothing but a division by zero fails. Stateless, allocation-free.
/// </summary>
internal static class WholeLoops
{
    /// <summary>Fractions are cut off.</summary>
    /// <exception cref="DivideByZeroException">A divisor is 0.</exception>
    public static void Divide<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = Quotient(a[i], b[i]);
        }
    }

    /// <summary>The rest with the sign of the dividend.</summary>
    public static void Remainder<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = a[i] - (Quotient(a[i], b[i]) * b[i]);
        }
    }

    /// <summary>The rest with the sign of the divisor.</summary>
    public static void Modulo<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            var rest = a[i] - (Quotient(a[i], b[i]) * b[i]);
            y[i] = rest != T.Zero && T.IsNegative(rest) != T.IsNegative(b[i]) ? rest + b[i] : rest;
        }
    }

    public static void ShiftLeft<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = Distance(b[i]) is var distance && distance < 8 * BytesOf<T>() ? a[i] << distance : T.Zero;
        }
    }

    public static void ShiftRight<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = Distance(b[i]) is var distance && distance < 8 * BytesOf<T>() ? a[i] >>> distance : T.Zero;
        }
    }

    public static void Absolute<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = T.IsNegative(x[i]) ? T.Zero - x[i] : x[i];
        }
    }

    public static void Sign<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = T.IsNegative(x[i]) ? T.Zero - T.One : x[i] == T.Zero ? T.Zero : T.One;
        }
    }

    /// <summary>By squaring; of a negative exponent what is left of the fraction: 0, or 1 and -1 of themselves.</summary>
    public static void Power<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            var (result, factor, exponent) = (T.One, a[i], b[i]);
            if (T.IsNegative(exponent))
            {
                y[i] = factor == T.One ? T.One : factor == T.Zero - T.One ? (T.IsEvenInteger(exponent) ? T.One : factor) : T.Zero;
                continue;
            }

            for (; exponent != T.Zero; exponent >>>= 1, factor *= factor)
            {
                result = T.IsOddInteger(exponent) ? result * factor : result;
            }

            y[i] = result;
        }
    }

    private static T Quotient<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T> =>
        T.IsNegative(b) && b + T.One == T.Zero ? T.Zero - a
        : b != T.Zero ? a / b
        : throw new DivideByZeroException("A whole number is divided by zero.");

    private static int Distance<T>(T value)
        where T : unmanaged, IBinaryInteger<T> => int.CreateSaturating(value);

    private static unsafe int BytesOf<T>()
        where T : unmanaged => sizeof(T);
}
