using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class ServiceForecastTests
{
    [Fact]
    public void Index_WithoutHistory_FallsWithService()
    {
        var forecast = new ServiceForecast(ServiceHistory.Empty, [], 4, 0.5);
        var indices = Enumerable.Range(8, 16).Select(power => forecast.Index(Math.Pow(2, power))).ToList();
        Assert.Equal(indices.OrderDescending(), indices);

        // A power law has no scale: twice the service, half the index.
        Assert.All(indices.Zip(indices.Skip(1)), pair => Assert.Equal(2, pair.First / pair.Second, 0.1));
    }

    [Fact]
    public void Index_WhenManyFinishedAtOneLength_IsHighestJustBeforeIt()
    {
        var history = Finished(10_000, 100);
        var forecast = new ServiceForecast(history, [], 4, 0.5);
        Assert.True(forecast.Index(8_000) > 3 * forecast.Index(500));
        Assert.True(forecast.Index(8_000) > 5 * forecast.Index(20_000));
    }

    [Fact]
    public void Index_WhenJobsRunBeyondALength_TheyCountAsNotFinishedThere()
    {
        var history = Finished(10_000, 10);
        var beyond = Enumerable.Repeat(1e6, 1_000).ToArray();
        Assert.True(new ServiceForecast(history, beyond, 4, 0.5).Index(8_000) < 0.2 * new ServiceForecast(history, [], 4, 0.5).Index(8_000));
    }

    [Theory, InlineData(0), InlineData(63), InlineData(64), InlineData(1e5), InlineData(1e12), InlineData(double.MaxValue)]
    public void Index_OfAnyService_IsAboveZero(double service) =>
        Assert.InRange(new ServiceForecast(Finished(1e5, 7), [service], 1, 0.5).Index(service), double.Epsilon, 1);

    [Theory, InlineData(double.NaN), InlineData(-1), InlineData(0), InlineData(double.PositiveInfinity)]
    public void Add_OfWhatIsNoService_StillCountsTheJob(double seconds) => Assert.Equal(1, ServiceHistory.Empty.Add(seconds).Jobs);

    private static ServiceHistory Finished(double seconds, int jobs) =>
        Enumerable.Range(0, jobs).Aggregate(ServiceHistory.Empty, (history, _) => history.Add(seconds));
}
