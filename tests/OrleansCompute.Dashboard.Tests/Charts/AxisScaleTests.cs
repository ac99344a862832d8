using OrleansCompute.Dashboard.Charts;

namespace OrleansCompute.Dashboard.Tests.Charts;

public sealed class AxisScaleTests
{
    [Theory]
    [InlineData(0, 2.33, 4, "0 1 2 3")]
    [InlineData(0, 0.62, 4, "0.0 0.2 0.4 0.6 0.8")]
    [InlineData(0, 680, 6, "0 200 400 600 800")]
    [InlineData(-3, 3, 4, "-4 -2 0 2 4")]
    [InlineData(0, 1_200, 6, "0 200 400 600 800 1,000 1,200")]
    public void Ticks_WhenCoveringData_AreRound(double low, double high, int ticks, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisScale.Cover(low, high, ticks).Ticks().Select(tick => tick.Label)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(-1e300, 1e300)]
    [InlineData(1e-9, 2e-9)]
    [InlineData(7, 3)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void Cover_WhenDataIsOdd_StillHasAFewFiniteTicks(double low, double high)
    {
        var scale = AxisScale.Cover(low, high, 4);

        Assert.InRange(scale.Ticks().Count(), 2, 12);
        Assert.All(scale.Ticks(), tick => Assert.True(double.IsFinite(scale.Fraction(tick.Value))));
        Assert.True(scale.Min < scale.Max);
    }
}
