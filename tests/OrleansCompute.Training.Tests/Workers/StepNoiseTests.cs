using OrleansCompute.Training.Parallel;
using OrleansCompute.Training.Workers;

namespace OrleansCompute.Training.Tests.Workers;

public sealed class StepNoiseTests
{
    [Fact]
    public void OfTwo_Steps_IsThatOfTwoPartsOfOne()
    {
        float[] first = [1, 2, -3], second = [0.5f, -1, 4];

        var noise = StepNoise.OfTwo(first, 10, second, 30);

        var whole = first.Zip(second, (a, b) => ((10 * a) + (30 * b)) / 40.0).Sum(value => value * value);
        Assert.Equal((2, 40), (noise.Parts, noise.Samples));
        Assert.Equal((10 * 14) + (30 * 17.25), noise.PartSquares, 1e-9);
        Assert.Equal(whole, noise.MeanSquare, 1e-9);

        // Of equal gradients there is no noise.
        var none = StepNoise.OfTwo(first, 10, first, 30);
        var (square, variance) = GradientNoiseEstimator.Unbiased(none.PartSquares, none.Parts, none.MeanSquare, none.Samples);
        Assert.Equal(14, square, 1e-9);
        Assert.Equal(0, variance, 1e-9);
    }
}
