using System.Numerics.Tensors;

namespace OrleansCompute.Tensors.Kernels.Cpu.Vector;

/// <summary>Element-wise loops over float32 that compute in double where float32 would lose digits. Stateless, allocation-free.</summary>
internal static class RealLoops
{
    // Doubles on the stack: twice 4 KB.
    private const int Chunk = 512;

    /// <summary>y[i] = a[i] to the b[i], within one rounding of the exact value: exp(b log a) in double, special values by the library.</summary>
    public static void Power(SimdLevel level, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Lengths.Equal(a.Length, b.Length, nameof(b));
        Lengths.Equal(a.Length, y.Length, nameof(y));
        if (level == SimdLevel.Vector512)
        {
            PowerLoop.Run(a, b, y);
            return;
        }

        Span<double> logarithms = stackalloc double[Chunk], exponents = stackalloc double[Chunk];
        for (var at = 0; at < a.Length; at += Chunk)
        {
            var count = Math.Min(Chunk, a.Length - at);
            ReadOnlySpan<float> x = a.Slice(at, count), e = b.Slice(at, count);
            Span<double> powers = logarithms[..count], wide = exponents[..count];
            TensorPrimitives.ConvertTruncating(x, powers);
            TensorPrimitives.Log(powers, powers);
            TensorPrimitives.ConvertTruncating(e, wide);
            TensorPrimitives.Multiply(powers, wide, powers);
            TensorPrimitives.Exp(powers, powers);
            for (var i = 0; i < count; i++)
            {
                var plain = x[i] > 0 && x[i] < float.PositiveInfinity && !double.IsNaN(powers[i]);
                y[at + i] = plain ? (float)powers[i] : MathF.Pow(x[i], e[i]);
            }
        }
    }

    /// <summary>The rest with the sign of the dividend (C's fmod).</summary>
    public static void Remainder(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = a[i] % b[i];
        }
    }

    /// <summary>The rest with the sign of the divisor (Python's %).</summary>
    public static void Modulo(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = (float)(a[i] - (Math.Floor((double)a[i] / b[i]) * b[i]));
        }
    }
}
