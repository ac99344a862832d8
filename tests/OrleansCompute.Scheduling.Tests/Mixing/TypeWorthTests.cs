using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tests.Colocation;

namespace OrleansCompute.Scheduling.Tests.Mixing;

public sealed class TypeWorthTests
{
    private static readonly MixedTypeOptions Options = new() { HalfWeightSeconds = 1_000, LeastWeight = 0.2, SlownessExponent = 0.5, SlownessSeconds = 100 };

    // Never slow: each second since its submission was one of service. Weights by hand: 0.2 + 0.8 * 1000 / (service + 1000).
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_000, 0.6)]
    [InlineData(3_000, 0.4)]
    [InlineData(1e12, 0.2)]
    public void Weight_WhenAJobWasNeverSlow_FallsWithItsServiceToTheLeast(double service, double expected) =>
        Assert.Equal(expected, TypeWorth.Weight(Job(service), 1, Options, service, 1), 6);

    // (since submission + 100) / (service + 100), and the root of it, beside the weight that its service leaves.
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 300, 2)]
    [InlineData(100, 1_700, 3)]
    public void Weight_WhenAJobWasSlow_GrowsByTheRootOfHowSlow(double service, double now, double factor) =>
        Assert.Equal(factor, TypeWorth.Weight(Job(service), 1, Options, now, 1) / TypeWorth.Weight(Job(service), 1, Options, service, 1), 6);

    [Fact]
    public void Weight_WhenTheClockIsBeforeTheSubmission_IsThatOfAJobThatWasNotSlow() =>
        Assert.Equal(TypeWorth.Weight(Job(50), 1, Options, 50, 1), TypeWorth.Weight(Job(50), 1, Options, -1e9, 1));

    // Twice as much is asked for as there is: an eighth of the wait of a job that never ran counts, (2,400 / 8 + 100) / 100 = 4.
    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 5)]
    public void Weight_WhenACrowdWaits_CountsLessOfTheWaitOfAJobThatNeverRan(double runSeconds, double expected) =>
        Assert.Equal(expected, TypeWorth.Weight(Job(0) with { RunSeconds = runSeconds }, 1, Options, 2_400, 2), 6);

    [Fact]
    public void Crowding_WhenMoreIsAskedForThanThereIs_IsHowManyTimes()
    {
        var cluster = new ClusterSnapshot([new NodeSnapshot { Name = "a", AcceleratorType = "fast", Accelerators = 4 }]);
        var jobs = Enumerable.Range(0, 5).Select(i => PairTable.Job($"job-{i}", 2, [("fast", 1)])).ToList();

        Assert.Equal(2.5, TypeWorth.Crowding(cluster, jobs));
        Assert.Equal(1, TypeWorth.Crowding(cluster, jobs[..1]));
        Assert.Equal(1, TypeWorth.Crowding(cluster, []));
    }

    [Fact]
    public void Weight_WhenTheLengthIsKnown_GoesByWhatIsLeftAlone()
    {
        var job = Job(0) with { KnownRemainingSeconds = 1_800 };

        Assert.Equal(0.25, TypeWorth.Weight(job, 1, Options, 1e6, 1));
    }

    [Fact]
    public void Decide_WhenTwoAreAlikeButOneHasBeenSlow_GivesThatOneTheFastType()
    {
        var cluster = new ClusterSnapshot(
        [
            new NodeSnapshot { Name = "fast-0", AcceleratorType = "fast", Accelerators = 1 },
            new NodeSnapshot { Name = "slow-0", AcceleratorType = "slow", Accelerators = 1 },
        ]);
        (string, double)[] speeds = [("fast", 1), ("slow", 0.5)];
        var jobs = new[]
        {
            PairTable.Job("new", 1, speeds) with { SubmitSeconds = 80_000, WorkDone = 20_000 },
            PairTable.Job("slow", 1, speeds) with { SubmitSeconds = 60_000, WorkDone = 20_000 },
        };

        var decisions = new MixedTypePolicy().Decide(cluster, jobs, 100_000);

        Assert.Equal([1, 0], decisions.Select(decision => decision.Allocation.Shares[0].Node));
    }

    private static JobSnapshot Job(double service) => PairTable.Job("job", 1, [("fast", 1)]) with { WorkDone = service };
}
