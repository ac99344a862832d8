using OrleansCompute.Grains.Nodes;

namespace OrleansCompute.Grains.Tests.Nodes;

public sealed class KnownScoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(40, 40, 0)]
    [InlineData(90, 90, 0)]
    [InlineData(10.5, 54.3, 1)]
    public void After_OneMeasurementAtAStart_BelievesWhatIsNotMuchLower(double measured, double believed, int doubts)
    {
        var known = KnownScore.After(Score(54.3, 0), Score(measured, 1), wasIdle: false);

        Assert.Equal((believed, doubts), (known.Gflops, known.Doubts));
        Assert.Equal(Noon.AddMinutes(doubts == 0 ? 1 : 0), known.At);
    }

    [Fact]
    public void After_TheFirstOrOfOtherHardware_BelievesIt()
    {
        Assert.Equal(5, KnownScore.After(null, Score(5, 0), wasIdle: false).Gflops);
        Assert.Equal(5, KnownScore.After(Score(50, 0), Score(5, 1) with { Hardware = "other" }, wasIdle: false).Gflops);
    }

    [Fact]
    public void After_RestartsOfABusyMachine_NeverBelievesThem()
    {
        var known = Score(50, 0);
        for (var run = 1; run <= 100; run++)
        {
            known = KnownScore.After(known, Score(10, run), wasIdle: false);
        }

        Assert.Equal((50, 1), (known.Gflops, known.Doubts));
    }

    [Fact]
    public void After_ManyIdleMeasurements_BelievesThatItIsSlowerNow()
    {
        var known = KnownScore.After(Score(50, 0), Score(10, 1), wasIdle: false);
        for (var minute = 1; minute < KnownScore.MaxDoubts; minute++)
        {
            known = KnownScore.After(known, Score(10, minute), wasIdle: true);
            Assert.Equal(50, known.Gflops);
        }

        known = KnownScore.After(known, Score(11, 60), wasIdle: true);
        Assert.Equal((11, 0), (known.Gflops, known.Doubts));
    }

    [Fact]
    public void After_AnIdleMeasurementThatAgrees_HasNoMoreDoubts()
    {
        var known = KnownScore.After(KnownScore.After(Score(50, 0), Score(10, 1), wasIdle: false), Score(48, 2), wasIdle: true);

        Assert.Equal((48, 0), (known.Gflops, known.Doubts));
    }

    [Fact]
    public void After_ItWasLowered_StaysToBeMeasuredUntilItHasRisenAgain()
    {
        var known = Score(50, 0) with { Doubts = KnownScore.MaxDoubts };
        Assert.False(known.IsLowered);
        known = KnownScore.After(known, Score(10, 1), wasIdle: true);
        Assert.Equal((10, 50, true), (known.Gflops, known.LoweredFrom, known.IsLowered));
        known = KnownScore.After(known, Score(20, 2), wasIdle: true);
        Assert.Equal((20, true), (known.Gflops, known.IsLowered));
        known = KnownScore.After(known, Score(1, 3), wasIdle: true);
        Assert.Equal((20, true, 1), (known.Gflops, known.IsLowered, known.Doubts));
        known = KnownScore.After(known, Score(40, 4), wasIdle: true);
        Assert.Equal((40, false, 0), (known.Gflops, known.IsLowered, known.Doubts));
    }

    private static KnownScore Score(double gflops, int minutes) => new() { Hardware = "cpu-avx512 1 1 2", Gflops = gflops, At = Noon.AddMinutes(minutes) };
}
