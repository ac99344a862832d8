using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Forecasts;

namespace OrleansCompute.Scheduling.Tests.Forecasts;

public sealed class ServiceDistributionTests
{
    [Fact]
    public void Remaining_WhenFewJobsFinished_IsUnknown()
    {
        var forecast = ServiceDistribution.Learn([10, 20]).Remaining(5);
        Assert.Equal((false, ForecastBasis.Unknown), (forecast.IsKnown, forecast.Basis));
    }

    [Fact]
    public void Remaining_WhenManyTookLonger_IsTheirQuartiles()
    {
        var forecast = ServiceDistribution.Learn(Enumerable.Range(1, 200).Select(i => (double)i)).Remaining(99.5);
        Assert.Equal((125 - 99.5, 150 - 99.5, 175 - 99.5), (forecast.LowSeconds, forecast.LikelySeconds, forecast.HighSeconds));
        Assert.Equal(ForecastBasis.Learned, forecast.Basis);
    }

    [Fact]
    public void Remaining_WhenNoneTookLonger_IsStillANumber()
    {
        var forecast = ServiceDistribution.Learn([100, 200, 400]).Remaining(1e6);
        Assert.True(forecast.IsKnown);
        Assert.True(forecast.LikelySeconds > 0);
    }

    [Theory, InlineData(5), InlineData(12)]
    public void Remaining_FromFewSamples_IsAboutRight(int count)
    {
        // The median of many histories of a known law: jobs of e^(7 ± 2), conditional on 1,000 seconds had.
        var random = new Random(count);
        var medians = Enumerable.Range(0, 400)
            .Select(_ => ServiceDistribution.Learn(Enumerable.Range(0, count).Select(_ => Draw(random))).Remaining(1000).LikelySeconds).Order().ToArray();
        var truth = Enumerable.Range(0, 200_000).Select(_ => Draw(random)).Where(x => x > 1000).Order().ToArray();
        Assert.InRange(medians[200], 0.6 * (truth[truth.Length / 2] - 1000), 1.7 * (truth[truth.Length / 2] - 1000));
    }

    [Fact]
    public void Remaining_OfNewJobs_HasHalfOfThemWithinItsRange()
    {
        var random = new Random(7);
        var learned = ServiceDistribution.Learn(Enumerable.Range(0, 500).Select(_ => Draw(random)));
        foreach (var attained in (double[])[0, 300, 3000])
        {
            var forecast = learned.Remaining(attained);
            var others = Enumerable.Range(0, 20_000).Select(_ => Draw(random)).Where(x => x > attained).Select(x => x - attained).ToArray();
            Assert.InRange(others.Count(x => x >= forecast.LowSeconds && x <= forecast.HighSeconds) / (double)others.Length, 0.4, 0.6);
        }
    }

    [Fact]
    public void Remaining_OfAnyHistory_IsOrderedAndNotNegative() => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var random = new Random(seed);
            var learned = ServiceDistribution.Learn(Enumerable.Range(0, random.Next(0, 60)).Select(_ => Draw(random)));
            var forecast = learned.Remaining(Draw(random));
            Assert.True(forecast.LowSeconds >= 0 && forecast.LowSeconds <= forecast.LikelySeconds && forecast.LikelySeconds <= forecast.HighSeconds);
            Assert.Equal(learned.Count >= ServiceDistribution.MinSamples, forecast.IsKnown);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Remaining_WhenServiceIsNegative_NamesIt() =>
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => ServiceDistribution.Empty.Remaining(-1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Learn_WhenHistoryIsLong_KeepsTheMostRecent()
    {
        var learned = ServiceDistribution.Learn(Enumerable.Repeat(1.0, 5000).Concat(Enumerable.Repeat(100.0, ServiceDistribution.MaxSamples)));
        Assert.Equal((ServiceDistribution.MaxSamples, 100.0), (learned.Count, learned.Remaining(0).LowSeconds));
    }

    private static double Draw(Random random) =>
        Math.Exp(7 + (2 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
}
