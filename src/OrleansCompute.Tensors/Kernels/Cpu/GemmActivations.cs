using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// Activations over results that were just computed. exp is the polynomial of Cephes' expf (relative error below 2e-7), tanh below 0.625
/// its tanhf polynomial, erf formula 7.1.26 of Abramowitz and Stegun (absolute error below 2e-7). Stateless.
/// </summary>
internal static class GemmActivations
{
    private const float GeluScale = 0.7978845608028654f;

    /// <summary>Applies the activation in place.</summary>
    public static void Apply(SimdLevel level, GemmActivation activation, Span<float> values)
    {
        if (activation == GemmActivation.None)
        {
            return;
        }

        var i = 0;
        if (level == SimdLevel.Vector512)
        {
            for (; i <= values.Length - 16; i += 16)
            {
                Apply(activation, Vector512.Create<float>(values.Slice(i, 16))).CopyTo(values[i..]);
            }
        }

        if (level != SimdLevel.Scalar)
        {
            for (; i <= values.Length - 8; i += 8)
            {
                Apply(activation, Vector256.Create<float>(values.Slice(i, 8))).CopyTo(values[i..]);
            }
        }

        for (; i < values.Length; i++)
        {
            values[i] = Apply(activation, values[i]);
        }
    }

    /// <summary>One value.</summary>
    public static float Apply(GemmActivation activation, float x) => activation switch
    {
        GemmActivation.Relu => MathF.Max(x, 0f),
        GemmActivation.Gelu => 0.5f * x * (1f + Erf(x * 0.70710678f)),
        GemmActivation.GeluTanh => 0.5f * x * (1f + MathF.Tanh(GeluScale * (x + (0.044715f * x * x * x)))),
        GemmActivation.Sigmoid => 1f / (1f + MathF.Exp(-x)),
        GemmActivation.Tanh => MathF.Tanh(x),
        GemmActivation.Silu => x / (1f + MathF.Exp(-x)),
        _ => x,
    };

    private static float Erf(float x)
    {
        var t = 1f / (1f + (0.3275911f * MathF.Abs(x)));
        var p = ((((((((1.061405429f * t) - 1.453152027f) * t) + 1.421413741f) * t) - 0.284496736f) * t) + 0.254829592f) * t;
        return MathF.CopySign(1f - (p * MathF.Exp(-x * x)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Apply(GemmActivation activation, Vector512<float> x) => activation switch
    {
        GemmActivation.Relu => Vector512.Max(x, Vector512<float>.Zero),
        GemmActivation.Gelu => 0.5f * x * (Vector512<float>.One + Erf(x * 0.70710678f)),
        GemmActivation.GeluTanh => 0.5f * x * (Vector512<float>.One + Tanh(GeluScale * (x + (0.044715f * x * x * x)))),
        GemmActivation.Sigmoid => Vector512<float>.One / (Vector512<float>.One + Exp(-x)),
        GemmActivation.Tanh => Tanh(x),
        GemmActivation.Silu => x / (Vector512<float>.One + Exp(-x)),
        _ => x,
    };

    private static Vector512<float> Exp(Vector512<float> x)
    {
        // Outside this range the result is 0 or infinite to float32; inside, 2^n is a normal number. NaN passes through Min and Max.
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-87.3f)), Vector512.Create(88.7f));
        var n = Vector512.Round(x * 1.44269504f);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(p, r * r, r + Vector512<float>.One);
        var half = Vector512.ConvertToInt32(n) >> 1;
        var rest = Vector512.ConvertToInt32(n) - half;
        return p * Power(half) * Power(rest);
    }

    private static Vector512<float> Power(Vector512<int> exponent) => ((exponent + Vector512.Create(127)) << 23).AsSingle();

    private static Vector512<float> Tanh(Vector512<float> x)
    {
        var z = x * x;
        var p = Vector512.Create(-5.70498872745e-3f);
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(2.06390887954e-2f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-5.37397155531e-2f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(1.33314422036e-1f));
        p = Vector512.FusedMultiplyAdd(p, z, Vector512.Create(-3.33332819422e-1f));
        var small = Vector512.FusedMultiplyAdd(p * z, x, x);
        var large = Vector512<float>.One - (2f * Vector512<float>.One / (Exp(x + x) + Vector512<float>.One));
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(0.625f)), small, large);
    }

    private static Vector512<float> Erf(Vector512<float> x)
    {
        var t = Vector512<float>.One / (Vector512<float>.One + (0.3275911f * Vector512.Abs(x)));
        var p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        return Vector512.CopySign(Vector512<float>.One - (p * t * Exp(-x * x)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Apply(GemmActivation activation, Vector256<float> x) => activation switch
    {
        GemmActivation.Relu => Vector256.Max(x, Vector256<float>.Zero),
        GemmActivation.Gelu => 0.5f * x * (Vector256<float>.One + Erf(x * 0.70710678f)),
        GemmActivation.GeluTanh => 0.5f * x * (Vector256<float>.One + Tanh(GeluScale * (x + (0.044715f * x * x * x)))),
        GemmActivation.Sigmoid => Vector256<float>.One / (Vector256<float>.One + Exp(-x)),
        GemmActivation.Tanh => Tanh(x),
        GemmActivation.Silu => x / (Vector256<float>.One + Exp(-x)),
        _ => x,
    };

    private static Vector256<float> Exp(Vector256<float> x)
    {
        // Outside this range the result is 0 or infinite to float32; inside, 2^n is a normal number. NaN passes through Min and Max.
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-87.3f)), Vector256.Create(88.7f));
        var n = Vector256.Round(x * 1.44269504f);
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r + Vector256<float>.One);
        var half = Vector256.ConvertToInt32(n) >> 1;
        var rest = Vector256.ConvertToInt32(n) - half;
        return p * Power(half) * Power(rest);
    }

    private static Vector256<float> Power(Vector256<int> exponent) => ((exponent + Vector256.Create(127)) << 23).AsSingle();

    private static Vector256<float> Tanh(Vector256<float> x)
    {
        var z = x * x;
        var p = Vector256.Create(-5.70498872745e-3f);
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(2.06390887954e-2f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(-5.37397155531e-2f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(1.33314422036e-1f));
        p = Vector256.FusedMultiplyAdd(p, z, Vector256.Create(-3.33332819422e-1f));
        var small = Vector256.FusedMultiplyAdd(p * z, x, x);
        var large = Vector256<float>.One - (2f * Vector256<float>.One / (Exp(x + x) + Vector256<float>.One));
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(0.625f)), small, large);
    }

    private static Vector256<float> Erf(Vector256<float> x)
    {
        var t = Vector256<float>.One / (Vector256<float>.One + (0.3275911f * Vector256.Abs(x)));
        var p = Vector256.Create(1.061405429f);
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-1.453152027f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(1.421413741f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(-0.284496736f));
        p = Vector256.FusedMultiplyAdd(p, t, Vector256.Create(0.254829592f));
        return Vector256.CopySign(Vector256<float>.One - (p * t * Exp(-x * x)), x);
    }
}
