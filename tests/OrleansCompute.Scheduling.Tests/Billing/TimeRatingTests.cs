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
    public void Rate_OfPartsOfAnAccelerator_CountsThemAsParts()
    {
        var rated = TimeRating.Rate(
            [Interval("a", 0, 40) with { Share = 0.25m }, Interval("a", 0, 10), Interval("b", 0, 100) with { Share = 0.1m }], perAcceleratorHour: 3600m);

        Assert.Equal([20m, 10m], rated.Jobs.Select(job => job.AcceleratorSeconds));
        Assert.Equal([50m, 100m], rated.Jobs.Select(job => job.HeldSeconds));
        Assert.Equal((30m, 30m), (rated.AcceleratorSeconds, rated.Amount));
    }

    [Fact]
    public void Rate_OfPartsThatFillAnAccelerator_CostsWhatItCosts() =>
        Prop.ForAll(Gen.Choose(1, 99).ToArbitrary(), Gen.Choose(1, 100_000).ToArbitrary(), (percent, length) =>
            TimeRating.Rate(
                [Interval("a", 0, length) with { Share = percent / 100m }, Interval("b", 0, length) with { Share = 1 - (percent / 100m) }], 0.36m).Amount
            == TimeRating.Rate([Interval("c", 0, length)], 0.36m).Amount).QuickCheckThrowOnFailure();

    [Theory, InlineData(0), InlineData(-1), InlineData(2)]
    public void Rate_WhenAShareIsOutOfRange_NamesIt(int share) =>
        Assert.Contains(
            $"is {share}; allowed: above 0 to 1",
            Assert.Throws<ArgumentOutOfRangeException>(() => TimeRating.Rate([Interval("a", 0, 1) with { Share = share }], 1m)).Message,
            StringComparison.Ordinal);

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

    [Fact]
    public void Rate_OfSums_IsTheSameAsOfTheirIntervals() =>
        Prop.ForAll(
            Gen.Choose(0, 3).Zip(Gen.Choose(0, 100_000_000).Zip(Gen.Choose(1, 100))).ListOf().ToArbitrary(), Gen.Choose(0, 100_000).ToArbitrary(),
            (drawn, price) =>
            {
                var intervals = drawn.Select(one => new UsageInterval($"j{one.Item1}", Start, Start + TimeSpan.FromTicks(one.Item2.Item1), one.Item2.Item2 / 100m)).ToList();
                var sums = intervals.GroupBy(one => (one.Job, one.Share)).Select(group => new UsageSum(group.Key.Job, group.Sum(one => (one.To - one.From).Ticks), group.Key.Share));
                var (fast, slow) = (TimeRating.Rate(sums, price / 1000m), TimeRating.Rate(intervals, price / 1000m));
                Assert.Equal(slow.Jobs.AsEnumerable(), fast.Jobs);
                Assert.Equal((slow.AcceleratorSeconds, slow.Amount), (fast.AcceleratorSeconds, fast.Amount));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rate_WhenASumIsNegative_NamesIt() =>
        Assert.Contains(
            "Time of job 'a' is -1 ticks; allowed: 0 or more",
            Assert.Throws<ArgumentOutOfRangeException>(() => TimeRating.Rate([new UsageSum("a", -1)], 1m)).Message,
            StringComparison.Ordinal);

    private static UsageInterval Interval(string job, double from, double to) =>
        new(job, Start + TimeSpan.FromTicks((long)(from * TimeSpan.TicksPerSecond)), Start + TimeSpan.FromTicks((long)(to * TimeSpan.TicksPerSecond)));
}
