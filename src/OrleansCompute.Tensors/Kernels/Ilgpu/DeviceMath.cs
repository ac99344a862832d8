using ILGPU;
using OrleansCompute.Tensors.Operators.Physical;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Functions for device code from basic arithmetic, square root and rounding down alone: those are all that ILGPU offers on every device
/// without its package of algorithms. Float32, errors of a few units in the last place. Stateless.
/// </summary>
internal static class DeviceMath
{
    private const float SqrtTwo = 1.41421356f;
    private const float InverseSqrtTwo = 0.70710678f;
    private const float TanhFactor = 0.79788456f;
    private const float TanhCube = 0.044715f;

    /// <summary>e to the x: x = n log 2 + r with |r| at most half of log 2, and the series of the rest (Cephes' coefficients).</summary>
    public static float Exp(float x)
    {
        if (float.IsNaN(x))
        {
            return x;
        }

        if (x > 88.8f)
        {
            return float.PositiveInfinity;
        }

        if (x < -104f)
        {
            return 0;
        }

        var n = MathF.Floor((x * 1.44269504f) + 0.5f);
        var r = x - (n * 0.693359375f) + (n * 2.12194440e-4f);
        var p = ((((((((((1.98756915e-4f * r) + 1.39819995e-3f) * r) + 8.33345191e-3f) * r) + 4.16657959e-2f) * r) + 0.166666655f) * r) + 0.5f) * r * r;

        // In two halves: 2 to the n itself may be no normal number.
        var half = (int)n / 2;
        return (p + r + 1) * Power(half) * Power((int)n - half);
    }

    /// <summary>Natural logarithm: x = 2^n m with m around 1, and log m = 2 atanh((m - 1) / (m + 1)).</summary>
    public static float Log(float x)
    {
        if (float.IsNaN(x) || x < 0)
        {
            return float.NaN;
        }

        if (x == 0)
        {
            return float.NegativeInfinity;
        }

        if (float.IsPositiveInfinity(x))
        {
            return x;
        }

        var n = 0;
        if (x < 1.17549435e-38f)
        {
            x *= 16777216f;
            n = -24;
        }

        var bits = Interop.FloatAsInt(x);
        n += (int)(bits >> 23) - 127;
        var m = Interop.IntAsFloat((bits & 0x007FFFFF) | 0x3F800000);
        if (m > SqrtTwo)
        {
            m *= 0.5f;
            n++;
        }

        var z = (m - 1) / (m + 1);
        var s = z * z;
        var series = 2 * z * (1 + (s * (0.333333333f + (s * (0.2f + (s * (0.142857143f + (s * (0.111111111f + (s * 0.0909090909f))))))))));
        return (n * 0.693359375f) + (series - (n * 2.12194440e-4f));
    }

    public static float Tanh(float x)
    {
        var a = MathF.Abs(x);
        if (a < 0.3f)
        {
            var s = x * x;
            return x * (1 + (s * (-0.333333333f + (s * (0.133333333f + (s * (-0.053968254f + (s * 0.021869489f))))))));
        }

        var t = a > 10 ? 1 : 1 - (2 / (Exp(2 * a) + 1));
        return float.IsNaN(x) ? x : x < 0 ? -t : t;
    }

    public static float Sigmoid(float x) => 1 / (1 + Exp(-x));

    public static float Softplus(float x)
    {
        // log(1 + e) with the error of the sum put right.
        var e = Exp(-MathF.Abs(x));
        var u = 1 + e;
        return (x > 0 ? x : 0) + (Log(u) - ((u - 1 - e) / u)) + (float.IsNaN(x) ? x : 0);
    }

    /// <summary>Error function: the series below 1, above it Abramowitz and Stegun 7.1.26 (error at most 1.5e-7).</summary>
    public static float Erf(float x)
    {
        var a = MathF.Abs(x);
        if (a < 1)
        {
            var s = x * x;
            return x * 1.12837917f * (1 + (s * (-0.333333333f + (s * (0.1f + (s * (-0.0238095238f + (s * (4.62962963e-3f + (s * (-7.57575758e-4f
                + (s * (1.06837607e-4f + (s * (-1.32275132e-5f + (s * 1.45891691e-6f))))))))))))))));
        }

        var t = 1 / (1 + (0.3275911f * a));
        var y = 1 - (((((((((1.061405429f * t) - 1.453152027f) * t) + 1.421413741f) * t) - 0.284496736f) * t) + 0.254829592f) * t * Exp(-a * a));
        return float.IsNaN(x) ? x : x < 0 ? -y : y;
    }

    public static float Round(float x)
    {
        if (!(MathF.Abs(x) < 8388608f))
        {
            return x;
        }

        var below = MathF.Floor(x);
        var rest = x - below;
        return rest < 0.5f ? below : rest > 0.5f ? below + 1 : 2 * MathF.Floor((below + 1) * 0.5f);
    }

    public static float Max(float a, float b) => float.IsNaN(a) ? a : float.IsNaN(b) ? b : a > b ? a : b;

    public static float Min(float a, float b) => float.IsNaN(a) ? a : float.IsNaN(b) ? b : a < b ? a : b;

    /// <summary>The meaning of a step of an element-wise program, as <see cref="ElementSteps.Evaluate"/> tells it in double precision.</summary>
    public static float Step(ElementOpcode opcode, float a, float b, float p, float q) =>
        opcode <= ElementOpcode.Max || opcode >= ElementOpcode.ReluGradient ? Binary(opcode, a, b, p) : Unary(opcode, a, p, q);

    private static float Binary(ElementOpcode opcode, float a, float b, float p)
    {
        switch (opcode)
        {
            case ElementOpcode.Add: return a + b;
            case ElementOpcode.Sub: return a - b;
            case ElementOpcode.Mul: return a * b;
            case ElementOpcode.Div: return a / b;
            case ElementOpcode.Min: return Min(a, b);
            case ElementOpcode.Max: return Max(a, b);
            case ElementOpcode.ReluGradient: return a > 0 ? b : 0;
            case ElementOpcode.TanhGradient: return b * (1 - (a * a));
            case ElementOpcode.SigmoidGradient: return b * a * (1 - a);
            case ElementOpcode.GeluGradient: return b * ((0.5f * (1 + Erf(a * InverseSqrtTwo))) + (a * Exp(-0.5f * a * a) * 0.39894228f));
            case ElementOpcode.GeluTanhGradient: return b * GeluTanhSlope(a);
            case ElementOpcode.SiluGradient: return b * Sigmoid(a) * (1 + (a * (1 - Sigmoid(a))));
            case ElementOpcode.LeakyReluGradient: return a > 0 ? b : p * b;
            case ElementOpcode.EluGradient: return a > 0 ? b : b * p * Exp(a);
            default: return b * Sigmoid(a);
        }
    }

    private static float Unary(ElementOpcode opcode, float a, float p, float q)
    {
        switch (opcode)
        {
            case ElementOpcode.Abs: return MathF.Abs(a);
            case ElementOpcode.Neg: return -a;
            case ElementOpcode.Sign: return float.IsNaN(a) ? a : a > 0 ? 1 : a < 0 ? -1 : 0;
            case ElementOpcode.Floor: return MathF.Floor(a);
            case ElementOpcode.Ceil: return -MathF.Floor(-a);
            case ElementOpcode.Round: return Round(a);
            case ElementOpcode.Reciprocal: return 1 / a;
            case ElementOpcode.Sqrt: return MathF.Sqrt(a);
            case ElementOpcode.ReciprocalSqrt: return 1 / MathF.Sqrt(a);
            case ElementOpcode.Square: return a * a;
            case ElementOpcode.Exp: return Exp(a);
            case ElementOpcode.Log: return Log(a);
            case ElementOpcode.Tanh: return Tanh(a);
            case ElementOpcode.Sigmoid: return Sigmoid(a);
            case ElementOpcode.Erf: return Erf(a);
            case ElementOpcode.Softplus: return Softplus(a);
            case ElementOpcode.Softsign: return a / (1 + MathF.Abs(a));
            case ElementOpcode.Relu: return a < 0 ? 0 : a;
            case ElementOpcode.LeakyRelu: return a < 0 ? p * a : a;
            case ElementOpcode.ThresholdedRelu: return a > p ? a : 0;
            default: return Activation(opcode, a, p, q);
        }
    }

    private static float Activation(ElementOpcode opcode, float a, float p, float q)
    {
        switch (opcode)
        {
            case ElementOpcode.Elu: return a < 0 ? p * (Exp(a) - 1) : a;
            case ElementOpcode.Celu: return Max(a, 0) + Min(0, p * (Exp(a / p) - 1));
            case ElementOpcode.Selu: return q * (a > 0 ? a : p * (Exp(a) - 1));
            case ElementOpcode.HardSigmoid: return Min(Max((p * a) + q, 0), 1);
            case ElementOpcode.HardSwish: return a * Min(Max((a / 6) + 0.5f, 0), 1);
            case ElementOpcode.Silu: return a * Sigmoid(a);
            case ElementOpcode.Mish: return a * Tanh(Softplus(a));
            case ElementOpcode.Gelu: return a * 0.5f * (1 + Erf(a * InverseSqrtTwo));
            case ElementOpcode.GeluTanh: return 0.5f * a * (1 + Tanh(TanhFactor * (a + (TanhCube * a * a * a))));
            case ElementOpcode.Clip: return Min(Max(a, p), q);
            default: return (p * a) + q;
        }
    }

    private static float GeluTanhSlope(float x)
    {
        var t = Tanh(TanhFactor * (x + (TanhCube * x * x * x)));
        return (0.5f * (1 + t)) + (0.5f * x * (1 - (t * t)) * TanhFactor * (1 + (3 * TanhCube * x * x)));
    }

    /// <summary>2 to the n, n from -126 to 127.</summary>
    private static float Power(int n) => Interop.IntAsFloat((uint)(n + 127) << 23);
}
