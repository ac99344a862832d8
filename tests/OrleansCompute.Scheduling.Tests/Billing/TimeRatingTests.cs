using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Billing;

namespace OrleansCompute.Scheduling.Tests.Billing;

public sealed class TimeRatingTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rate_OfTwoJobs_SumsSecondsAndRoundsOnce()
    {
        var rated = TimeRating.Rate([Interval("b", 0, 30), Interval("a", 0, 60), Interval("b", 30, 45)], perAcceleratorHour: 3.6m);

        Assert.Equal(["a", "b"], rated.Jobs.Select(job => job.Job));
        Assert.Equal([60m, 45m], rated.Jobs.Select(job => job.AcceleratorSeconds));
        Assert.Equal(105m, rated.AcceleratorSeconds);
        Assert.Equal(0.11m, rated.Amount);
    }

    [Fact]
    public void Rate_OfManySmallJobs_RoundsTheSumAndNotEachLine() =>
        Assert.Equal(0.04m, TimeRating.Rate(Enumerable.Range(0, 10).Select(i => Interval($"j{i}", 0, 4)), perAcceleratorHour: 3.6m).Amount);

    [Fact]
    public void Rate_WhenAnIntervalEndsBeforeItsBeginning_CountsNothing() =>
        Assert.Equal(0m, TimeRating.Rate([Interval("a", 10, 5)], 1m).AcceleratorSeconds);

    [Fact]
    public void Rate_ForAnyCut_IsTheSameAsForTheWhole() =>
        Prop.ForAll(Gen.Choose(1, 100_000).ToArbitrary(), Gen.Choose(1, 50).ToArbitrary(), (length, pieces) =>
        {
            var cuts = Enumerable.Range(0, pieces + 1).Select(i => (double)length * i / pieces).ToList();
            var parts = cuts.Zip(cuts.Skip(1), (from, to) => Interval("a", from, to));
            return TimeRating.Rate(parts, 0.36m) is var cut
                && TimeRating.Rate([Interval("a", 0, length)], 0.36m) is var whole
                && cut.AcceleratorSeconds == whole.AcceleratorSeconds
                && cut.Amount == whole.Amount;
        }).QuickCheckThrowOnFailure();

    private static UsageInterval Interval(string job, double from, double to) =>
        new(job, Start + TimeSpan.FromTicks((long)(from * TimeSpan.TicksPerSecond)), Start + TimeSpan.FromTicks((long)(to * TimeSpan.TicksPerSecond)));
}
