using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class StepNoiseTests
{
    [Fact]
    public void OfTwo_Steps_IsThatOfTwoPartsOfOne()
    {
        float[] first = [1, 2, -3], second = [0.5f, -1, 4];

        var noise = StepNoise.OfTwo(first, 10, 1, second, 30, 1);

        var whole = first.Zip(second, (a, b) => ((10 * a) + (30 * b)) / 40.0).Sum(value => value * value);
        Assert.Equal((2, 40), (noise.Parts, noise.Samples));
        Assert.Equal((10 * 14) + (30 * 17.25), noise.PartSquares, 1e-9);
        Assert.Equal(whole, noise.MeanSquare, 1e-9);

        // Of equal gradients there is no noise.
        var none = StepNoise.OfTwo(first, 10, 1, first, 30, 1);
        var (square, variance) = GradientNoiseEstimator.Unbiased(none.PartSquares, none.Parts, none.MeanSquare, none.Samples);
        Assert.Equal(14, square, 1e-9);
        Assert.Equal(0, variance, 1e-9);
    }

    [Fact]
    public void OfTwo_WhereTheLossScaleChanged_IsThatOfTheGradientsWithoutIt()
    {
        float[] first = [1, 2, -3], second = [0.5f, -1, 4];

        var scaled = StepNoise.OfTwo([.. first.Select(value => 1024 * value)], 10, 1024, [.. second.Select(value => 512 * value)], 30, 512);

        Assert.Equal(StepNoise.OfTwo(first, 10, 1, second, 30, 1), scaled);
    }

    [Fact]
    public void OfParts_OfScaledGradients_IsThatOfTheGradientsWithoutIt() =>
        Assert.Equal(StepNoise.OfParts(20, 3, [1, 2], 8, 1), StepNoise.OfParts(20 * 64, 3, [8, 16], 8, 8));
}
