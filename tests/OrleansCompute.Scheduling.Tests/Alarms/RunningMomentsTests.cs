using OrleansCompute.Scheduling.Alarms;

namespace OrleansCompute.Scheduling.Tests.Alarms;

public sealed class RunningMomentsTests
{
    [Fact]
    public void With_OfWeightedValues_EqualsTheDirectWeightedSums()
    {
        double[] values = [3, 5, 4, 8, 7];
        const double weight = 0.25;
        var moments = new RunningMoments(values[0], 0);
        foreach (var value in values.Skip(1))
        {
            moments = moments.With(value, weight);
        }

        // The slow way: every value with its weight, then mean and mean of squares.
        var weights = values.Select((_, i) => i == 0 ? Math.Pow(1 - weight, 4) : weight * Math.Pow(1 - weight, 4 - i)).ToArray();
        var mean = values.Zip(weights, (value, w) => value * w).Sum();
        var variance = values.Zip(weights, (value, w) => w * (value - mean) * (value - mean)).Sum();
        Assert.Equal(mean, moments.Mean, 12);
        Assert.Equal(variance, moments.Variance, 12);
    }
}
