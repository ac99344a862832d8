using OrleansCompute.Cli.Demo;

namespace OrleansCompute.Cli.Tests.Demo;

public sealed class AlarmScoreTests
{
    // Two events: readings 3 to 5, and the last one, 9.
    private static readonly LabelledReading[] Readings =
        [.. Enumerable.Range(1, 9).Select(i => new LabelledReading(i, i is >= 3 and <= 5 or 9))];

    [Theory]
    [InlineData(new long[0], 0, 0, 0)]
    [InlineData(new long[] { 3 }, 1, 1, 0)]
    [InlineData(new long[] { 5 }, 1, 1, 0)]
    [InlineData(new long[] { 3, 4 }, 2, 1, 0)]
    [InlineData(new long[] { 2, 6 }, 2, 0, 2)]
    [InlineData(new long[] { 4, 9 }, 2, 2, 0)]
    [InlineData(new long[] { 1, 5, 9, 10 }, 4, 2, 2)]
    public void Of_WhenAlarmsAreRaised_CountsEventsHitAndFalseAlarms(long[] raisedAt, int raised, int hit, int wrong)
    {
        Assert.Equal(new AlarmScore(raised, hit, wrong), AlarmScore.Of(Readings, raisedAt));
    }

    [Fact]
    public void Of_WhenNoReadingBelongsToAnEvent_CountsEveryAlarmAsFalse()
    {
        Assert.Equal(new AlarmScore(1, 0, 1), AlarmScore.Of([new LabelledReading(1, false)], [1]));
        Assert.Equal(new AlarmScore(0, 0, 0), AlarmScore.Of([], []));
    }

    [Fact]
    public void Add_WhenScoresOfTwoMotesMeet_SumsThem()
    {
        Assert.Equal(new AlarmScore(5, 3, 2), new AlarmScore(2, 2, 0) + new AlarmScore(3, 1, 2));
    }
}
