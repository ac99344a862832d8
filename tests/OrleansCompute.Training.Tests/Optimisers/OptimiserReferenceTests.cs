using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Training.Optimisers;

namespace OrleansCompute.Training.Tests.Optimisers;

/// <summary>Each method against its paper's formula in double precision, on a vector of three layers with odd lengths.</summary>
public sealed class OptimiserReferenceTests
{
    private const int Length = 61;
    private static readonly ParameterSlice[] Slices = [new(0, 37), new(37, 7, IsWeight: false), new(44, 17)];
    private static readonly (int, int, bool)[] Layers = [(0, 37, true), (37, 44, false), (44, 61, true)];

    public static TheoryData<string> Methods =>
        ["adam", "adam-decay", "adamw", "sgd", "sgd-plain", "sgd-nesterov", "lamb", "lars"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Step_OverManySteps_MatchesTheFormulaInDouble(string method)
    {
        var (optimiser, reference) = Create(method);
        var random = new Random(6);
        var parameters = Enumerable.Range(0, Length).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var expected = parameters.Select(value => (double)value).ToArray();
        for (var t = 0; t < 40; t++)
        {
            var gradient = Enumerable.Range(0, Length).Select(_ => (random.NextSingle() - 0.3f) * 3).ToArray();
            optimiser.Step(parameters, gradient);
            reference(expected, [.. gradient.Select(value => (double)value)]);
        }

        Assert.Equal(40, optimiser.StepCount);
        Assert.All(expected.Zip(parameters), pair => Assert.Equal(pair.First, pair.Second, 5e-5));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Step_OnAQuadraticBowl_ComesNearTheMinimum(string method)
    {
        var (optimiser, _) = Create(method);
        var target = Enumerable.Range(0, Length).Select(i => 1 + (i % 5 * 0.25f)).ToArray();
        var parameters = Enumerable.Range(0, Length).Select(i => 0.1f * ((i % 3) + 1)).ToArray();
        var first = Distance(parameters, target);
        for (var t = 0; t < 1500; t++)
        {
            optimiser.Step(parameters, [.. parameters.Zip(target, (p, q) => p - q)]);
        }

        Assert.InRange(Distance(parameters, target), 0, 0.15 * first);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Import_OfExportedState_ContinuesToTheSameBits(string method)
    {
        var (a, b) = (Create(method).Optimiser, Create(method).Optimiser);
        var first = Enumerable.Range(0, Length).Select(i => i * 0.01f).ToArray();
        var gradient = Enumerable.Range(0, Length).Select(i => (i % 7) - 3f).ToArray();
        a.Step(first, gradient);
        var second = (float[])first.Clone();
        b.Import(a.Export());
        a.Step(first, gradient);
        b.Step(second, gradient);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Step_AtEveryVectorWidth_GivesTheSameBits()
    {
        var results = new[] { SimdLevel.Scalar, SimdLevel.Vector256, SimdLevel.Vector512 }.Where(SimdSupport.IsSupported).Select(level =>
        {
            var optimiser = new AdamWOptimiser(Length, null, Slices, level);
            var parameters = Enumerable.Range(0, Length).Select(i => i * 0.01f).ToArray();
            for (var t = 0; t < 5; t++)
            {
                optimiser.Step(parameters, [.. parameters.Select(value => value - 1)]);
            }

            return parameters;
        }).ToArray();
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void Create_WithSlicesThatLeaveAGap_NamesThePlace()
    {
        var error = Assert.Throws<ArgumentException>(() => new LambOptimiser(10, null, [new ParameterSlice(0, 4), new ParameterSlice(5, 5)]));
        Assert.Contains("5 values from 5; expected 1 or more from 4", error.Message, StringComparison.Ordinal);
        Assert.Contains("9 values together", Assert.Throws<ArgumentException>(() => new LarsOptimiser(10, null, [new ParameterSlice(0, 9)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_NameEachValue()
    {
        Assert.Equal(5, new AdamWOptions { LearningRate = 2, Beta1 = 1, Beta2 = 1, Epsilon = 0, WeightDecay = 2 }.Validate().Count);
        Assert.Equal(4, new LarsOptions { LearningRate = 0, Momentum = 1, WeightDecay = -1, TrustCoefficient = 0 }.Validate().Count);
        Assert.Contains("Nesterov is set and Momentum is 0", Assert.Single(new SgdOptions { Nesterov = true, Momentum = 0 }.Validate()), StringComparison.Ordinal);
        Assert.Equal(2, new LambOptions { Clipping = new GradientClipping { MaxNorm = 0, MaxValue = float.NaN } }.Validate().Count);
    }

    private static (IOptimiser Optimiser, Action<double[], double[]> Reference) Create(string method) => method switch
    {
        "adam" => (new AdamOptimiser(Length, new AdamOptions { LearningRate = 0.01f }), ReferenceOptimisers.Adam(Length, 0.01, 0.9, 0.999, 1e-8, 0, false)),
        "adam-decay" => (new AdamOptimiser(Length, new AdamOptions { LearningRate = 0.01f, WeightDecay = 0.02f }),
            ReferenceOptimisers.Adam(Length, 0.01, 0.9, 0.999, 1e-8, 0.02, false)),
        "adamw" => (new AdamWOptimiser(Length, new AdamWOptions { LearningRate = 0.01f, WeightDecay = 0.05f }),
            ReferenceOptimisers.Adam(Length, 0.01, 0.9, 0.999, 1e-8, 0.05, true)),
        "sgd" => (new SgdOptimiser(Length, new SgdOptions { WeightDecay = 0.02f }), ReferenceOptimisers.Sgd(Length, 0.01, 0.9, false, 0.02)),
        "sgd-plain" => (new SgdOptimiser(Length, new SgdOptions { Momentum = 0 }), ReferenceOptimisers.Sgd(Length, 0.01, 0, false, 0)),
        "sgd-nesterov" => (new SgdOptimiser(Length, new SgdOptions { Nesterov = true }), ReferenceOptimisers.Sgd(Length, 0.01, 0.9, true, 0)),
        "lamb" => (new LambOptimiser(Length, new LambOptions { LearningRate = 0.01f }, Slices),
            ReferenceOptimisers.Lamb(Length, 0.01, 0.9, 0.999, 1e-6, 0.01, Layers)),
        _ => (new LarsOptimiser(Length, new LarsOptions { LearningRate = 2f, TrustCoefficient = 0.01f }, Slices),
            ReferenceOptimisers.Lars(Length, 2, 0.9, 5e-4, 0.01, Layers)),
    };

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());
}
