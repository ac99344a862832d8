using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class OptimiserStepsTests
{
    [Fact]
    public void Adam_OverThreeSteps_FollowsThePaperInDouble() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), ArbMap.Default.ArbFor<bool>(), (draw, level, decoupled) =>
        {
            var (p, m, v) = (draw.Values(1), new float[draw.Length], new float[draw.Length]);
            var (rp, rm, rv) = (ToDouble(p), new double[draw.Length], new double[draw.Length]);
            for (var t = 1; t <= 3; t++)
            {
                var g = draw.Values(10 + t);
                var step = new AdamStep
                {
                    Rate = 0.01f, Beta1 = 0.9f, Beta2 = 0.99f, Epsilon = 1e-6f, Step = t,
                    WeightDecay = 0.1f, Decoupled = decoupled, GradientScale = 0.5f,
                };
                OptimiserSteps.Adam(level, step, p, g, m, v);
                var (correction1, correction2) = (1 - Math.Pow(0.9, t), 1 - Math.Pow(0.99, t));
                for (var i = 0; i < p.Length; i++)
                {
                    var gradient = (0.5 * g[i]) + (decoupled ? 0 : 0.1 * rp[i]);
                    rm[i] = (0.9 * rm[i]) + (0.1 * gradient);
                    rv[i] = (0.99 * rv[i]) + (0.01 * gradient * gradient);
                    rp[i] -= decoupled ? 0.01 * 0.1 * rp[i] : 0;
                    rp[i] -= 0.01 * (rm[i] / correction1) / (Math.Sqrt(rv[i] / correction2) + 1e-6);
                }
            }

            VectorAssert.Close(rp, p, "parameters", 1e-5);
            VectorAssert.Close(rm, m, "mean", 1e-5);
            VectorAssert.Close(rv, v, "variance", 1e-5);
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Adam_AtEveryLevel_GivesTheSameBits()
    {
        var draw = new VectorDraw(1_003, 5);
        var step = new AdamStep { Rate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f, Step = 1 };
        var expected = Run(SimdLevel.Scalar);
        Assert.All(SimdLevels.Supported, level => Assert.Equal(expected, Run(level)));

        float[] Run(SimdLevel level)
        {
            var p = draw.Values(1);
            OptimiserSteps.Adam(level, step, p, draw.Values(2), new float[p.Length], new float[p.Length]);
            return p;
        }
    }

    [Theory]
    [InlineData(0f, false), InlineData(0.9f, false), InlineData(0.9f, true)]
    public void Sgd_OverThreeSteps_FollowsItsFormulaInDouble(float momentum, bool nesterov)
    {
        var draw = new VectorDraw(77, 3);
        foreach (var level in SimdLevels.Supported)
        {
            var (p, v) = (draw.Values(1), momentum == 0f ? [] : new float[draw.Length]);
            var (rp, rv) = (ToDouble(p), new double[draw.Length]);
            for (var t = 0; t < 3; t++)
            {
                var g = draw.Values(10 + t);
                var step = new SgdStep { Rate = 0.1f, Momentum = momentum, Nesterov = nesterov, WeightDecay = 0.01f, GradientScale = 2f };
                OptimiserSteps.Sgd(level, step, p, g, v);
                for (var i = 0; i < p.Length; i++)
                {
                    var d = (2.0 * g[i]) + (0.01f * rp[i]);
                    rv[i] = (momentum * rv[i]) + d;
                    rp[i] -= 0.1f * (nesterov ? d + (momentum * rv[i]) : rv[i]);
                }
            }

            VectorAssert.Close(rp, p, "parameters");
        }
    }

    [Fact]
    public void LambUpdate_ForALayer_GivesDirectionAndNorms()
    {
        var draw = new VectorDraw(45, 9);
        var (p, g) = (draw.Values(1), draw.Values(2));
        var step = new AdamStep { Rate = 1f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-6f, Step = 1, WeightDecay = 0.01f };
        foreach (var level in SimdLevels.Supported)
        {
            var update = new float[p.Length];
            var (parameters, squares) = OptimiserSteps.LambUpdate(level, step, p, g, new float[45], new float[45], update);
            // At the first step both corrected moments are the gradient and its square.
            double[] expected = [.. p.Select((v, i) => (g[i] / (Math.Abs((double)g[i]) + 1e-6)) + (0.01 * v))];
            VectorAssert.Close(expected, update, "update", 1e-5);
            Assert.Equal(p.Sum(v => (double)v * v), parameters, 1e-4);
            Assert.Equal(expected.Sum(v => v * v), squares, 1e-3);
        }
    }

    [Fact]
    public void LarsRate_ForALayer_IsTheRatioOfNorms()
    {
        Assert.Equal(0.1f * 5f / (2f + (0.5f * 5f)), OptimiserSteps.LarsRate(SimdSupport.Best, 0.1f, 0.5f, [3f, 4f], [0f, 2f]), 1e-6f);
        Assert.Equal(1f, OptimiserSteps.LarsRate(SimdSupport.Best, 0.1f, 0.5f, [0f, 0f], [0f, 2f]));
        float[] p = [1f], v = [2f];
        OptimiserSteps.Sgd(SimdLevel.Scalar, new SgdStep { Rate = 1f, Momentum = 0.5f, RateInside = 0.25f }, p, [4f], v);
        Assert.Equal([2f], v);
        Assert.Equal([-1f], p);
    }

    [Theory]
    [InlineData(25.0, 10f, 1f), InlineData(25.0, 1f, 0.2f), InlineData(double.PositiveInfinity, 1f, float.NaN)]
    public void ClipFactor_OfANorm_BringsItToTheLimit(double squares, float limit, float expected) =>
        Assert.Equal(expected, OptimiserSteps.ClipFactor(squares, limit), 1e-6f);

    [Fact]
    public void ScaleAddScaledAndAverage_InPlace_FollowTheirFormulas()
    {
        foreach (var level in SimdLevels.Supported)
        {
            float[] x = [1f, 2f, 3f], y = [10f, 20f, 30f];
            OptimiserSteps.AddScaled(level, 2f, x, y);
            Assert.Equal([12f, 24f, 36f], y);
            OptimiserSteps.Scale(level, 0.5f, y);
            Assert.Equal([6f, 12f, 18f], y);
            OptimiserSteps.Average(level, 0.75f, [2f, 4f, 6f], y);
            Assert.Equal([5f, 10f, 15f], y);
        }
    }

    [Fact]
    public void Unscale_ForAnyLength_ScalesAndFindsWhatIsNotFinite() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), (draw, level) =>
        {
            var g = draw.Values(1);
            var expected = g.Select(v => v * 0.125f).ToArray();
            Assert.True(OptimiserSteps.Unscale(level, 0.125f, g));
            Assert.Equal(expected, g);
            if (g.Length > 0)
            {
                ReadOnlySpan<float> bad = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
                g[draw.Seed % g.Length] = bad[draw.Seed % 3];
                Assert.False(OptimiserSteps.Unscale(level, 1f, g));
                Assert.False(FiniteCheck.AllFinite(level, g));
                Assert.Equal(draw.Seed % g.Length, FiniteCheck.FirstNotFinite(level, g));
            }
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void AllFinite_OfTheLargestNumbers_IsTrue()
    {
        float[] x = [.. Enumerable.Repeat(float.MaxValue, 100), float.Epsilon, -0f];
        foreach (var level in SimdLevels.Supported)
        {
            Assert.True(FiniteCheck.AllFinite(level, x));
            Assert.Equal(-1, FiniteCheck.FirstNotFinite(level, x));
            Assert.True(FiniteCheck.AllFinite(level, []));
        }
    }

    [Fact]
    public void Adam_WhenTheStepIsZeroOrLengthsDiffer_SaysSo()
    {
        var step = new AdamStep { Rate = 1f, Beta1 = 0.9f, Beta2 = 0.9f, Epsilon = 1e-8f, Step = 0 };
        Assert.Throws<ArgumentOutOfRangeException>(() => OptimiserSteps.Adam(SimdLevel.Scalar, step, [1f], [1f], [1f], [1f]));
        var error = Assert.Throws<ArgumentException>(
            () => OptimiserSteps.Adam(SimdLevel.Scalar, step with { Step = 1 }, new float[2], [1f, 2f], new float[3], new float[2]));
        Assert.Contains("mean has 3 elements; it must have 2", error.Message, StringComparison.Ordinal);
    }

    private static double[] ToDouble(float[] x) => [.. x.Select(v => (double)v)];
}
