using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class LearningRateScalingTests
{
    // (128/32 + 1) / (128/128 + 1) = 2.5.
    private static readonly GradientNoiseEstimate Noise = new(1, 128);

    [Theory]
    [InlineData(LearningRateRule.Gain, 32, 1)]
    [InlineData(LearningRateRule.Gain, 7, 1)]
    [InlineData(LearningRateRule.Gain, 128, 2.5)]
    [InlineData(LearningRateRule.RootOfGain, 7, 1)]
    [InlineData(LearningRateRule.RootOfGain, 128, 1.5811388300841898)]
    public void Factor_OfABatch_FollowsTheRule(LearningRateRule rule, int batch, double expected) =>
        Assert.Equal(expected, LearningRateScaling.Factor(rule, Noise, batch, 32), 12);

    [Fact]
    public void Factor_WithoutNoise_IsThatOfAllBatchesTheSame()
    {
        // Without noise a larger batch says nothing more; with nothing but noise it is worth all its samples.
        Assert.Equal(1, LearningRateScaling.Factor(LearningRateRule.Gain, new GradientNoiseEstimate(1, 0), 512, 32), 12);
        Assert.Equal(16, LearningRateScaling.Factor(LearningRateRule.Gain, new GradientNoiseEstimate(1, 1e12), 512, 32), 6);
    }

    [Fact]
    public void Factor_WhereTheNoiseIsNotKnown_IsOne() => Assert.Equal(1, LearningRateScaling.Factor(LearningRateRule.Gain, null, 512, 32));

    [Fact]
    public void Factor_OfNoSamples_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateScaling.Factor(LearningRateRule.Gain, Noise, 0, 32));
}
