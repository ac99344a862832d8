using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Gradients against central differences of the functions in double, at points away from kinks.</summary>
public sealed class UnaryGradientsTests
{
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluGamma = 1.0507009873554805;

    private delegate void GradientRun(SimdLevel level, float[] saved, float[] dy, float[] dx);

    private static readonly Dictionary<string, (Func<double, double> Function, bool SavesOutput, GradientRun Run)> s_cases = new()
    {
        ["abs"] = (Math.Abs, false, Of(default(UnaryGradients.AbsoluteGradient))),
        ["reciprocal"] = (x => 1 / x, true, Of(default(UnaryGradients.ReciprocalGradient))),
        ["square"] = (x => x * x, false, Of(default(UnaryGradients.SquareGradient))),
        ["sqrt"] = (Math.Sqrt, true, Of(default(UnaryGradients.SqrtGradient))),
        ["reciprocal sqrt"] = (x => 1 / Math.Sqrt(x), true, Of(default(UnaryGradients.ReciprocalSqrtGradient))),
        ["exp"] = (Math.Exp, true, Of(default(UnaryGradients.ExpGradient))),
        ["exp minus one"] = (DoubleMath.ExpMinusOne, true, Of(default(UnaryGradients.ExpMinusOneGradient))),
        ["log"] = (Math.Log, false, Of(default(UnaryGradients.LogGradient))),
        ["tanh"] = (Math.Tanh, true, Of(default(UnaryGradients.TanhGradient))),
        ["sigmoid"] = (DoubleMath.Sigmoid, true, Of(default(UnaryGradients.SigmoidGradient))),
        ["erf"] = (DoubleMath.Erf, false, Of(default(UnaryGradients.ErfGradient))),
        ["softplus"] = (DoubleMath.Softplus, false, Of(default(UnaryGradients.SoftplusGradient))),
        ["softsign"] = (x => x / (1 + Math.Abs(x)), false, Of(default(UnaryGradients.SoftsignGradient))),
        ["relu"] = (x => Math.Max(x, 0), false, Of(default(UnaryGradients.ReluGradient))),
        ["leaky relu"] = (x => x < 0 ? 0.1f * x : x, false, Of(new UnaryGradients.LeakyReluGradient(0.1f))),
        ["thresholded relu"] = (x => x > 0.7f ? x : 0, false, Of(new UnaryGradients.ThresholdedReluGradient(0.7f))),
        ["elu"] = (x => x < 0 ? 0.5 * DoubleMath.ExpMinusOne(x) : x, false, Of(new UnaryGradients.EluGradient(0.5f))),
        ["celu"] = (x => x < 0 ? 2 * DoubleMath.ExpMinusOne(x / 2) : x, false, Of(new UnaryGradients.CeluGradient(2f))),
        ["selu"] = (x => SeluGamma * (x < 0 ? SeluAlpha * DoubleMath.ExpMinusOne(x) : x), false,
            Of(new UnaryGradients.SeluGradient((float)SeluAlpha, (float)SeluGamma))),
        ["hard sigmoid"] = (x => Math.Clamp((0.25 * x) + 0.5, 0, 1), false, Of(new UnaryGradients.HardSigmoidGradient(0.25f, 0.5f))),
        ["hard swish"] = (x => x * Math.Clamp((x / 6) + 0.5, 0, 1), false, Of(default(UnaryGradients.HardSwishGradient))),
        ["silu"] = (x => x * DoubleMath.Sigmoid(x), false, Of(default(UnaryGradients.SiluGradient))),
        ["mish"] = (x => x * UnaryCase.MishGate(x), false, Of(default(UnaryGradients.MishGradient))),
        ["gelu"] = (x => x * DoubleMath.NormalDistribution(x), false, Of(default(UnaryGradients.GeluGradient))),
        ["gelu tanh"] = (x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), false,
            Of(default(UnaryGradients.GeluTanhGradient))),
        ["clip"] = (x => Math.Clamp(x, -0.6, 1.4), false, Of(new UnaryGradients.ClipGradient(-0.6f, 1.4f))),
        ["affine"] = (x => (0.25 * x) + 1, false, Of(new UnaryGradients.AffineGradient(0.25f))),
    };

    public static TheoryData<string> Names() => [.. s_cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradient_AwayFromKinks_IsTheSlopeOfTheFunction(string name)
    {
        const double h = 1e-6;
        var (function, savesOutput, run) = s_cases[name];
        var positiveOnly = double.IsNaN(function(-1));
        float[] x = [.. Ulp.Range(-8.03f, 7.97f, 1_237).Where(v => !positiveOnly || v > 0.05).Where(v => IsSmooth(function, v))];
        float[] saved = savesOutput ? [.. x.Select(v => (float)function(v))] : x;
        float[] dy = [.. x.Select((_, i) => 1.5f - (i % 7))];
        foreach (var level in SimdLevels.Supported)
        {
            var dx = new float[x.Length];
            run(level, saved, dy, dx);
            for (var i = 0; i < x.Length; i++)
            {
                var slope = (function(x[i] + h) - function(x[i] - h)) / (2 * h);
                var error = Math.Abs(dx[i] - (slope * dy[i]));
                Assert.True(error <= 2e-6 * Math.Max(Math.Abs(slope * dy[i]), Math.Abs(dy[i])) + 1e-8,
                    $"{name}'({x[i]}) * {dy[i]} at {level} is {dx[i]}, expected {slope * dy[i]}");
            }
        }
    }

    [Theory]
    [InlineData("gelu"), InlineData("silu"), InlineData("mish"), InlineData("gelu tanh"), InlineData("softplus"), InlineData("relu")]
    public void Gradient_AtInfinities_IsThatOfTheLimit(string name)
    {
        var dx = new float[2];
        s_cases[name].Run(SimdSupport.Best, [float.NegativeInfinity, float.PositiveInfinity], [2f, 2f], dx);
        Assert.Equal(0f, dx[0], 1e-30f);
        Assert.Equal(2f, dx[1]);
    }

    private static bool IsSmooth(Func<double, double> function, double x) =>
        Math.Abs(function(x + 1e-4) - (2 * function(x)) + function(x - 1e-4)) < 1e-6 * Math.Max(1, Math.Abs(function(x)));

    private static GradientRun Of<TFunction>(TFunction function)
        where TFunction : struct, IBinaryFunction => (level, saved, dy, dx) => ElementLoops.Binary(level, function, saved, dy, dx);
}
