using OrleansCompute.Cli.Bench;

namespace OrleansCompute.Cli.Tests.Bench;

public sealed class GoodputSummaryTests
{
    private static readonly GoodputPlan Plan = new("mlp", "images", 5, 16, 1024, 2);

    [Fact]
    public void MedianSpeedUp_OfSeveralSeeds_IsOfTheirPairs()
    {
        var summary = new GoodputSummary(Plan, [Run(1, false, 10), Run(1, true, 5), Run(2, true, 20), Run(2, false, 10), Run(3, false, 30), Run(3, true, 10)]);

        Assert.Equal((2.0, 10.0, 10.0), (summary.MedianSpeedUp, summary.MedianFixedSeconds, summary.MedianAdaptiveSeconds));
        Assert.True(summary.IsReached);
    }

    [Theory]
    [InlineData(5, 0.88, true)]
    [InlineData(5, 0.86, false)]
    [InlineData(11, 0.88, false)]
    public void IsReached_WhenSlowerOrLessAccurate_IsFalse(double seconds, double accuracy, bool expected) =>
        Assert.Equal(expected, new GoodputSummary(Plan, [Run(1, false, 10), Run(1, true, seconds, accuracy)]).IsReached);

    private static GoodputRun Run(int seed, bool isAdaptive, double seconds, double accuracy = 0.88) =>
        new(seed, isAdaptive, seconds, seconds, accuracy, 16, 1, 16, null, []);
}
