using OrleansCompute.Scheduling.Forecasts;

namespace OrleansCompute.Scheduling.Tests.Forecasts;

public sealed class NormalTailTests
{
    [Theory, InlineData(-6.0), InlineData(-2.5), InlineData(-2.0), InlineData(-0.7), InlineData(0.0), InlineData(0.3), InlineData(1.9), InlineData(2.1), InlineData(4.0), InlineData(8.0)]
    public void LogAbove_OfAnyZ_IsTheIntegral(double z) => Assert.Equal(Math.Log(Integral(z)), NormalTail.LogAbove(z), 1e-9);

    [Theory, InlineData(-0.001), InlineData(-0.7), InlineData(-3.0), InlineData(-50.0), InlineData(-700.0), InlineData(-5000.0)]
    public void Inverse_OfAnyChance_HasThatChanceAbove(double logChance) =>
        Assert.Equal(logChance, NormalTail.LogAbove(NormalTail.Inverse(logChance)), Math.Abs(logChance) * 1e-9);

    // Simpson's rule, slow and plain.
    private static double Integral(double from)
    {
        const int Steps = 200_000;
        var to = Math.Max(from, 0) + 14;
        var h = (to - from) / Steps;
        var sum = Density(from) + Density(to);
        for (var i = 1; i < Steps; i++)
        {
            sum += (i % 2 == 1 ? 4 : 2) * Density(from + (i * h));
        }

        return sum * h / 3;
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
}
