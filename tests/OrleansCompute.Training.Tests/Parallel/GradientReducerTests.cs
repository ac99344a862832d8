using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class GradientReducerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(67)]
    public void WriteMean_OverSeveralRounds_IsSumOverCount(int length)
    {
        var random = new Random(3);
        var sums = Enumerable.Range(0, 3).Select(_ => Vector(random, length)).ToArray();
        var reducer = new GradientReducer(length);

        reducer.Add([new GradientContribution(0, 5, sums[0]), new GradientContribution(1, 0, default), new GradientContribution(2, 2, sums[1])]);
        reducer.Add([new GradientContribution(0, 3, sums[2])]);
        var mean = new float[length];
        Assert.Equal(10, reducer.SampleCount);
        reducer.WriteMean(mean);

        for (var i = 0; i < length; i++)
        {
            Assert.Equal((sums[0][i] + sums[1][i] + sums[2][i]) / 10, mean[i], 1e-5f);
        }

        Assert.Equal(0, reducer.SampleCount);
    }

    [Fact]
    public void Add_InAnyOrderOfArrival_GivesTheSameBits()
    {
        var random = new Random(4);
        var parts = Enumerable.Range(0, 5).Select(rank => new GradientContribution(rank, rank + 1, Vector(random, 100))).ToArray();
        var expected = Mean(parts);

        for (var i = 0; i < 20; i++)
        {
            var shuffled = parts.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(expected, Mean(shuffled));
        }
    }

    [Fact]
    public void Add_WithWrongLength_NamesTheRank()
    {
        var error = Assert.Throws<ArgumentException>(() => new GradientReducer(4).Add([new GradientContribution(7, 1, new float[3])]));
        Assert.Contains("Rank 7 sent 3 gradient values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_WithRankTwice_Throws() => Assert.Throws<ArgumentException>(
        () => new GradientReducer(1).Add([new GradientContribution(1, 1, new float[1]), new GradientContribution(1, 1, new float[1])]));

    [Fact]
    public void WriteMean_OfNothing_Throws() => Assert.Throws<InvalidOperationException>(() => new GradientReducer(1).WriteMean(new float[1]));

    private static float[] Mean(GradientContribution[] parts)
    {
        var reducer = new GradientReducer(100);
        reducer.Add(parts);
        var mean = new float[100];
        reducer.WriteMean(mean);
        return mean;
    }

    private static float[] Vector(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.5f) * 8)];
}
