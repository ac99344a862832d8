using System.Collections.Immutable;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Tests.Mixing;

public sealed class MixedTypePolicyTests
{
    private static readonly ClusterSnapshot Cluster = new(
    [
        Node("fast-0", "fast", 4), Node("fast-1", "fast", 4), Node("slow-0", "slow", 8),
    ]);

    [Fact]
    public void Decide_WhenJobsDifferInWhatTypesAreWorth_GivesTheFastTypeToTheOneThatNeedsIt()
    {
        var decisions = Decide(Job("a", 8, ("fast", 10), ("slow", 9)), Job("b", 8, ("fast", 10), ("slow", 1)));

        Assert.Equal(["slow", "fast"], decisions.Select(TypeOf));
    }

    [Fact]
    public void Decide_WhenOneHasHadMuchService_TheOtherGoesFirst()
    {
        var decisions = Decide(
            Job("old", 8, ("fast", 1)) with { WorkDone = 500_000 }, Job("young", 8, ("fast", 1)) with { WorkDone = 100 });

        Assert.True(decisions[0].Allocation.IsEmpty);
        Assert.Equal(8, decisions[1].Allocation.Accelerators);
        Assert.Equal(
            "needs 8; left for it: 0 of 8 × fast; the rest serves jobs with more progress per accelerator to expect", decisions[0].Reason);
    }

    [Fact]
    public void Decide_WhenPriorityIsHigher_GoesBeforeWhatIsWorthMore()
    {
        var decisions = Decide(
            Job("low", 1, ("fast", 1)), Job("high", 8, ("fast", 1)) with { Priority = 1, WorkDone = 1e9 });

        Assert.True(decisions[0].Allocation.IsEmpty);
        Assert.Equal(8, decisions[1].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenAJobMayNotBePreempted_ItKeepsWhatItHolds()
    {
        var held = Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 4)]);
        var decisions = Decide(
            Job("held", 8, ("fast", 1)) with { IsPreemptible = false, Allocation = held, WorkDone = 1e9 },
            Job("better", 1, ("fast", 1)) with { Priority = 9 });

        Assert.Equal(held, decisions[0].Allocation);
        Assert.True(decisions[1].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenNothingChanged_NobodyMoves()
    {
        var random = new Random(8);
        var jobs = Enumerable.Range(0, 12).Select(i => Draw(random, i)).ToArray();
        var first = Decide(jobs);

        var again = Decide([.. jobs.Select((job, i) => job with { Allocation = first[i].Allocation })]);

        Assert.Equal(first.Select(decision => decision.Allocation), again.Select(decision => decision.Allocation));
    }

    [Fact]
    public void Decide_WhenTypeDoesNotRunTheJob_LeavesItAlone()
    {
        var decisions = Decide(Job("a", 8, ("fast", 0), ("slow", 1)), Job("b", 1, ("fast", 0)), Job("c", 9, ("fast", 1)));

        Assert.Equal("slow", TypeOf(decisions[0]));
        Assert.Contains("(none)", decisions[1].Reason);
        Assert.Contains("the cluster never has so many of one type that it runs on (8 of 8 × fast)", decisions[2].Reason);
    }

    [Fact]
    public void Decide_WhenJobsAreDrawn_FitsTheClusterAndIdlesNothingThatFits()
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var jobs = Enumerable.Range(0, random.Next(1, 25)).Select(i => Draw(random, i)).ToArray();
            var decisions = Decide(jobs);
            var free = new FreeAccelerators(Cluster);
            foreach (var decision in decisions)
            {
                Assert.True(free.Has(decision.Allocation));
                free.Take(decision.Allocation);
            }

            for (var i = 0; i < jobs.Length; i++)
            {
                Assert.Equal(decisions[i].Allocation.IsEmpty ? 0 : jobs[i].RequestedAccelerators, decisions[i].Allocation.Accelerators);
                Assert.True(!decisions[i].Allocation.IsEmpty || Enumerable.Range(0, 2).All(type =>
                    free.OfType(type) < jobs[i].RequestedAccelerators
                    || jobs[i].Goodput!.Goodput(Cluster.Types[type], 1, jobs[i].RequestedAccelerators) == 0));
            }
        }
    }

    [Fact]
    public void Constructor_WhenOptionsAreOutOfRange_NamesAll()
    {
        var error = Assert.Throws<ArgumentException>(() => new MixedTypePolicy(new MixedTypeOptions
        {
            HalfWeightSeconds = double.NaN, StayBonus = -1, PriceSteps = 0, ImprovementLooks = -1, MoveHorizonSeconds = 0,
            LeastWeight = 1.5, SlownessExponent = -1, SlownessSeconds = 0,
        }));

        Assert.All(
            new[]
            {
                "HalfWeightSeconds", "StayBonus is -1; allowed 0 to 10", "PriceSteps is 0", "ImprovementLooks is -1", "MoveHorizonSeconds is 0",
                "LeastWeight is 1.5; allowed 0 to 1", "SlownessExponent is -1; allowed 0 to 2", "SlownessSeconds is 0; allowed above 0",
            },
            text => Assert.Contains(text, error.Message));
    }

    [Fact]
    public void Constructor_WhenATimeIsInfinite_IsRefused()
    {
        // Over an infinite time nothing weighs anything, or no number: no job would ever start.
        var error = Assert.Throws<ArgumentException>(() => new MixedTypePolicy(new MixedTypeOptions
        {
            HalfWeightSeconds = double.PositiveInfinity, MoveHorizonSeconds = double.PositiveInfinity, SlownessSeconds = double.PositiveInfinity,
        }));

        Assert.All(
            new[] { "HalfWeightSeconds is", "MoveHorizonSeconds is", "SlownessSeconds is", "allowed above 0 and finite" },
            text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Defaults_AreTheMeasuredOnes()
    {
        var options = new MixedTypeOptions();
        Assert.Equal((28_800, 0.3, 0.5, 3_600), (options.HalfWeightSeconds, options.LeastWeight, options.SlownessExponent, options.SlownessSeconds));
        Assert.Equal((0.02, 3_600, 40, 2_000_000), (options.StayBonus, options.MoveHorizonSeconds, options.PriceSteps, options.ImprovementLooks));
    }

    [Fact]
    public void LeastAttainedService_WhenTypesRotate_DrawsTheSameLotsInAReplayAndUsesAllTypes()
    {
        var jobs = Enumerable.Range(0, 6).Select(i => Job($"job-{i}", 1, ("fast", 9), ("slow", 1))).ToList();
        var types = Enumerable.Range(1, 20).SelectMany(round => new LeastAttainedServicePolicy(rotatesTypes: true)
            .Decide(Cluster, jobs, round * 360).Select(TypeOf)).ToList();
        var replayed = Enumerable.Range(1, 20).SelectMany(round => new LeastAttainedServicePolicy(rotatesTypes: true)
            .Decide(Cluster, jobs, round * 360).Select(TypeOf)).ToList();

        Assert.Equal(types, replayed);
        Assert.InRange(types.Count(type => type == "fast"), 40, 80);
    }

    private static IReadOnlyList<JobDecision> Decide(params JobSnapshot[] jobs) => new MixedTypePolicy().Decide(Cluster, jobs, 1_000);

    private static string TypeOf(JobDecision decision) =>
        decision.Allocation.IsEmpty ? "" : Cluster.Types[Cluster.TypeOf(decision.Allocation)];

    private static JobSnapshot Draw(Random random, int i) =>
        Job($"{i}", 1 << random.Next(4), ("fast", random.Next(4)), ("slow", random.Next(3))) with { WorkDone = random.Next(100_000) };

    private static NodeSnapshot Node(string name, string type, int accelerators) =>
        new() { Name = name, AcceleratorType = type, Accelerators = accelerators };

    private static JobSnapshot Job(string id, int size, params (string Type, double Speed)[] speeds) => new()
    {
        Id = id,
        SubmitSeconds = 0,
        RequestedAccelerators = size,
        Goodput = new Table(size, speeds.ToImmutableDictionary(speed => speed.Type, speed => speed.Speed)),
    };

    private sealed class Table(int size, ImmutableDictionary<string, double> speeds) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) =>
            accelerators == size ? speeds.GetValueOrDefault(acceleratorType) : 0;

        public int MaxTrustedAccelerators(string acceleratorType) => size;
    }
}
