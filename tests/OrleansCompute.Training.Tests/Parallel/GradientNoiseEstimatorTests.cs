using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class GradientNoiseEstimatorTests
{
    private const int Dimensions = 20;

    [Theory]
    [InlineData(64, new[] { 32, 32 })]
    [InlineData(64, new[] { 50, 10, 4 })]
    [InlineData(40, new[] { 39, 1 })]
    [InlineData(24, new[] { 3, 3, 3, 3, 3, 3, 3, 3 })]
    public void Unbiased_OfAKnownDistribution_IsRightOnAverage(int samples, int[] parts)
    {
        // True gradient of norm 1; each sample's has variance 2 in each of 20 directions: tr(Σ) = 40, noise scale 40.
        var random = new Random(3);
        var (square, variance, squares) = (0.0, 0.0, new List<double>());
        const int Steps = 4000;
        for (var step = 0; step < Steps; step++)
        {
            var (partSquares, meanSquare) = Draw(random, parts, gradient: 1 / Math.Sqrt(Dimensions), deviation: Math.Sqrt(2));
            var estimate = GradientNoiseEstimator.Unbiased(partSquares, parts.Length, meanSquare, samples);
            square += estimate.Square / Steps;
            variance += estimate.SampleVariance / Steps;
            squares.Add(estimate.Square);
        }

        // Five standard errors of the mean, as the estimates themselves spread.
        var error = 5 * Math.Sqrt(squares.Sum(value => (value - square) * (value - square)) / Steps / Steps);
        Assert.InRange(square, 1 - error, 1 + error);
        Assert.InRange(variance, 39, 41);
    }

    [Fact]
    public void Estimate_OfAKnownDistribution_FindsTheScale()
    {
        var random = new Random(5);
        var estimator = new GradientNoiseEstimator();
        for (var step = 0; step < 3000; step++)
        {
            var (partSquares, meanSquare) = Draw(random, [16, 16, 32], gradient: 1 / Math.Sqrt(Dimensions), deviation: Math.Sqrt(2));
            Assert.True(estimator.Observe(partSquares, 3, meanSquare, 64));
        }

        var estimate = Assert.NotNull(estimator.Estimate);
        Assert.InRange(estimate.Scale, 30, 52);
        Assert.InRange(estimate.SampleVariance, 37, 43);
    }

    [Fact]
    public void Estimate_BeforeEnoughMeasurements_IsUnknown()
    {
        var estimator = new GradientNoiseEstimator();
        for (var step = 0; step < GradientNoiseEstimator.LeastCount; step++)
        {
            Assert.Null(estimator.Estimate);
            estimator.Observe(partSquares: 3, parts: 2, meanSquare: 0.25, samples: 8);
        }

        Assert.NotNull(estimator.Estimate);
    }

    [Fact]
    public void Estimate_WhereNoiseIsAll_IsUnknown()
    {
        var estimator = new GradientNoiseEstimator();
        for (var step = 0; step < 100; step++)
        {
            // |g|² is what noise alone would give: nothing is left for the gradient.
            estimator.Observe(partSquares: 2, parts: 2, meanSquare: 1.0 / 8, samples: 8);
        }

        Assert.Null(estimator.Estimate);
    }

    [Theory]
    [InlineData(1.0, 1, 1.0, 8)]
    [InlineData(1.0, 0, 1.0, 8)]
    [InlineData(1.0, 9, 1.0, 8)]
    [InlineData(double.NaN, 2, 1.0, 8)]
    [InlineData(1.0, 2, double.PositiveInfinity, 8)]
    [InlineData(-1.0, 2, 1.0, 8)]
    public void Observe_OfWhatSaysNothing_LeavesItOut(double partSquares, int parts, double meanSquare, int samples)
    {
        var estimator = new GradientNoiseEstimator();

        Assert.False(estimator.Observe(partSquares, parts, meanSquare, samples));
        Assert.Equal(default, estimator.Export());
    }

    [Fact]
    public void Import_OfExported_GoesOnTheSame()
    {
        var (first, second) = (new GradientNoiseEstimator(), new GradientNoiseEstimator());
        for (var step = 0; step < 80; step++)
        {
            first.Observe(3 + (step % 3), 2, 0.3, 8);
        }

        second.Import(first.Export());

        Assert.Equal(first.Estimate, second.Estimate);
        Assert.Throws<ArgumentException>(() => second.Import(new GradientNoiseState(double.NaN, 1, 0.5, 3)));
        Assert.Throws<ArgumentException>(() => second.Import(new GradientNoiseState(1, 1, 0.5, 0)));
    }

    [Fact]
    public void Gain_ForAnyBatch_IsBetweenOneAndTheRatio()
    {
        var cases = from initial in Gen.Choose(1, 1000)
                    from batch in Gen.Choose(1, 100_000)
                    from scale in Gen.Choose(0, 1_000_000)
                    select (initial, batch, noise: new GradientNoiseEstimate(1, scale));
        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), input =>
        {
            var (initial, batch, noise) = input;
            var ratio = (double)batch / initial;
            var (gain, efficiency) = (noise.Gain(batch, initial), noise.Efficiency(batch, initial));
            return batch <= initial
                ? gain == ratio && efficiency == 1
                : gain >= 1 && gain <= ratio * (1 + 1e-12) && Math.Abs(efficiency - ((noise.Scale + initial) / (noise.Scale + batch))) < 1e-9;
        }));
    }

    [Fact]
    public void Gain_OfExtremeNoise_IsFinite()
    {
        double[] extremes = [double.Epsilon, 1e-300, 1, 1e300, double.MaxValue];
        foreach (var (square, variance) in extremes.SelectMany(square => extremes.Append(0).Select(variance => (square, variance))))
        {
            var noise = new GradientNoiseEstimate(square, variance);

            Assert.True(noise.IsSound);
            Assert.InRange(noise.Gain(1 << 20, 1), 1, (1 << 20) * (1 + 1e-12));
            Assert.InRange(noise.Efficiency(1 << 20, 1), 1 / (double)(1 << 20), 1 + 1e-12);
        }
    }

    [Fact]
    public void Observe_OfWhatNoGradientGives_LeavesItOut()
    {
        var estimator = new GradientNoiseEstimator();

        Assert.False(estimator.Observe(double.MaxValue, 2, 1, 8));
        Assert.Equal(default, estimator.Export());
    }

    [Fact]
    public void Export_AfterManyMeasurements_IsSound()
    {
        var estimator = new GradientNoiseEstimator();
        for (var step = 0; step < 20_000; step++)
        {
            estimator.Observe(3 + (step % 3), 2, 0.3, 8);
            Assert.True(estimator.Export().IsSound);
        }
    }

    private static (double PartSquares, double MeanSquare) Draw(Random random, int[] parts, double gradient, double deviation)
    {
        var whole = new double[Dimensions];
        var partSquares = 0.0;
        foreach (var samples in parts)
        {
            var square = 0.0;
            for (var i = 0; i < Dimensions; i++)
            {
                // The sum of so many samples, drawn at once.
                var sum = (samples * gradient) + (Math.Sqrt(samples) * deviation * Normal(random));
                whole[i] += sum;
                square += sum * sum;
            }

            partSquares += square / samples;
        }

        var total = (double)parts.Sum();
        return (partSquares, whole.Sum(sum => sum * sum) / total / total);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
