using OrleansCompute.Gateway.Mqtt;
using OrleansCompute.TestKit;

namespace OrleansCompute.Gateway.Tests.Mqtt;

public sealed class RejectionLimiterTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void ShouldLog_WhenRepeatedWithinTheWindow_LetsOneThroughAndCountsTheRest()
    {
        var limiter = new RejectionLimiter(clock, TimeSpan.FromMinutes(1));

        Assert.True(limiter.ShouldLog("a", out _));
        Assert.False(limiter.ShouldLog("a", out _));
        Assert.True(limiter.ShouldLog("b", out _));
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(limiter.ShouldLog("a", out _));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limiter.ShouldLog("a", out var heldBack));
        Assert.Equal(2, heldBack);
        Assert.False(limiter.ShouldLog("a", out _));
    }

    [Fact]
    public void ShouldLog_WhenSourcesExceedTheTable_StaysBoundedAndRecovers()
    {
        var limiter = new RejectionLimiter(clock, TimeSpan.FromMinutes(1), maxSources: 10);

        var logged = Enumerable.Range(0, 1000).Count(i => limiter.ShouldLog($"source {i}", out _));
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(10, logged);
        Assert.True(limiter.ShouldLog("another", out _));
    }
}
