using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>
/// A function, its reference in double and the largest error allowed. Products such as x sigmoid(x) multiply the rounding of a subnormal
/// factor, so results below <c>SmallestResult</c> are only asked to be as small as that.
/// </summary>
internal sealed record UnaryCase(
    string Name, double MaxUlp, double SmallestResult, Func<double, double> Reference, Action<SimdLevel, float[], float[]> Run)
{
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluGamma = 1.0507009873554805;

    public static IReadOnlyDictionary<string, UnaryCase> All { get; } = new UnaryCase[]
    {
        Of("abs", 0, Math.Abs, default(UnaryFunctions.Absolute)),
        Of("negate", 0, x => -x, default(UnaryFunctions.Negate)),
        Of("sign", 0, x => double.IsNaN(x) ? x : Math.Sign(x), default(UnaryFunctions.Sign)),
        Of("floor", 0, Math.Floor, default(UnaryFunctions.Floor)),
        Of("ceiling", 0, Math.Ceiling, default(UnaryFunctions.Ceiling)),
        Of("round", 0, Math.Round, default(UnaryFunctions.Round)),
        Of("reciprocal", 0.5, x => 1 / x, default(UnaryFunctions.Reciprocal)),
        Of("square", 0.5, x => x * x, default(UnaryFunctions.Square)),
        Of("sqrt", 0.5, Math.Sqrt, default(UnaryFunctions.Sqrt)),
        Of("reciprocal sqrt", 1.5, x => 1 / Math.Sqrt(x), default(UnaryFunctions.ReciprocalSqrt)),
        Of("exp", 1, Math.Exp, default(UnaryFunctions.Exp)),
        Of("exp minus one", 2, DoubleMath.ExpMinusOne, default(UnaryFunctions.ExpMinusOne)),
        Of("log", 1, Math.Log, default(UnaryFunctions.Log)),
        Of("tanh", 2.5, Math.Tanh, default(UnaryFunctions.Tanh)),
        Of("sigmoid", 2.5, DoubleMath.Sigmoid, default(UnaryFunctions.Sigmoid)),
        Of("erf", 2, DoubleMath.Erf, default(UnaryFunctions.Erf)),
        Of("softplus", 2, DoubleMath.Softplus, default(UnaryFunctions.Softplus)),
        Of("softsign", 2, x => double.IsInfinity(x) ? double.NaN : x / (1 + Math.Abs(x)), default(UnaryFunctions.Softsign)),
        Of("relu", 0, x => double.IsNaN(x) ? x : Math.Max(x, 0), default(UnaryFunctions.Relu)),
        Of("leaky relu", 0.5, x => x < 0 ? x * 0.125 : x, new UnaryFunctions.LeakyRelu(0.125f)),
        Of("thresholded relu", 0, x => x > 0.75 || double.IsNaN(x) ? x : 0, new UnaryFunctions.ThresholdedRelu(0.75f)),
        Of("elu", 2, x => x < 0 ? 0.5 * DoubleMath.ExpMinusOne(x) : x, new UnaryFunctions.Elu(0.5f)),
        Of("celu", 2, x => x < 0 ? 2 * DoubleMath.ExpMinusOne(x / 2) : x, new UnaryFunctions.Celu(2f)),
        Of("selu", 3, x => SeluGamma * (x < 0 ? SeluAlpha * DoubleMath.ExpMinusOne(x) : x),
            new UnaryFunctions.Selu((float)SeluAlpha, (float)SeluGamma)),
        Of("hard sigmoid", 0.5, x => double.IsNaN(x) ? x : Math.Clamp((0.25 * x) + 0.5, 0, 1), new UnaryFunctions.HardSigmoid(0.25f, 0.5f)),
        Of("silu", 3, x => x == double.NegativeInfinity ? 0 : x * DoubleMath.Sigmoid(x), default(UnaryFunctions.Silu), 1e-36),
        Of("gelu", 8, x => x == double.NegativeInfinity ? 0 : x * DoubleMath.NormalDistribution(x), default(UnaryFunctions.Gelu),
            1e-36),
        Of("mish", 4, x => x == double.NegativeInfinity ? 0 : x * MishGate(x), default(UnaryFunctions.Mish), 1e-36),
        Of("clip", 0, x => double.IsNaN(x) ? x : Math.Clamp(x, -0.5, 3), new UnaryFunctions.Clip(-0.5f, 3f)),
        Of("affine", 0.5, x => (3 * x) + 0.5, new UnaryFunctions.Affine(3f, 0.5f)),
        Of("chain", 2, x => Math.Exp(-Math.Abs(x)),
            new Then<Then<UnaryFunctions.Absolute, UnaryFunctions.Negate>, UnaryFunctions.Exp>(default, default)),
    }.ToDictionary(function => function.Name);

    public static double MishGate(double x)
    {
        var w = Math.Exp(Math.Min(x, 30));
        return w * (w + 2) / ((w * (w + 2)) + 2);
    }

    private static UnaryCase Of<TFunction>(
        string name, double maxUlp, Func<double, double> reference, TFunction function, double smallestResult = 0)
        where TFunction : struct, IUnaryFunction =>
        new(name, maxUlp, smallestResult, reference, (level, x, y) => ElementLoops.Unary(level, function, x, y));
}
