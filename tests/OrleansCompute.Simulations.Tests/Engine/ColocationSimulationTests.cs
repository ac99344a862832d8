using System.Text;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Gavel;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class ColocationSimulationTests
{
    // A and B share well, A with itself in part, C with nobody.
    private static readonly GavelThroughputs Throughputs = GavelThroughputs.Parse("f", Encoding.UTF8.GetBytes("""
        {"fast": {"('A', 1)": {"null": 10, "('B', 1)": [8, 6], "('A', 1)": [6, 6]},
                  "('B', 1)": {"null": 10, "('A', 1)": [6, 8], "('B', 1)": [0, 0]},
                  "('C', 1)": {"null": 10}}}
        """));

    [Fact]
    public void Run_WhenTwoShare_EachRunsAtItsSpeedBesideTheOtherUntilItIsAlone()
    {
        // From 360 s on: A does 8,000 steps at 8, until 1,360 s; B does 6,000 meanwhile, and 6,000 more at 10, until 1,960 s.
        var result = Run(GavelSetup.Policy("default"), "fast:1x1", [Row("a", "A", 8_000), Row("b", "B", 12_000)]);

        Assert.Equal([1_360.0, 1_960.0], result.Outcomes.Select(job => job.CompletionSeconds), (x, y) => Math.Abs(x - y) < 1e-6);

        // What is shared counts half with each, so that the accelerator is counted once.
        Assert.Equal([500.0, 500.0 + 600.0], result.Outcomes.Select(job => job.AttainedAcceleratorSeconds), (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal(1_600 / 1_960.0, result.AllocationFraction, 1e-9);
        Assert.Equal(0, result.RestartsPerJob);
    }

    [Fact]
    public void Run_WhenBothEndTogether_BothEnd()
    {
        // 3,600 s are ten rounds: the end of both is the end of a round.
        var result = Run(GavelSetup.Policy("default"), "fast:1x1", [Row("a", "A", 8 * 3_600), Row("b", "B", 6 * 3_600)]);

        Assert.Equal([3_960.0, 3_960.0], result.Outcomes.Select(job => job.CompletionSeconds), (x, y) => Math.Abs(x - y) < 1e-6);
    }

    [Fact]
    public void Run_WhenAnotherComes_TheTraceNamesItAndNobodyRestarts()
    {
        var simulator = new ClusterSimulator(
            ClusterSpec.Parse("fast:1x1").ToSnapshot(),
            [new GavelJob(Row("a", "A", 20_000), Throughputs, 60), new GavelJob(Row("b", "B", 20_000) with { SubmitSeconds = 500 }, Throughputs, 60)],
            GavelSetup.Policy("default"), new SimulationOptions { RoundSeconds = 360 }, TimeProvider.System) { RecordsRounds = true };
        var result = simulator.Run();

        Assert.Equal(0, result.RestartsPerJob);
        var changes = result.Rounds.Single(round => round.Seconds == 720).Changes;
        Assert.Equal(
            ["a: keeps its 1 × fast, beside job 'b', at 0.80 of its speed alone", "b: gets 1 × fast, beside job 'a', at 0.60 of its speed alone"],
            changes.Select(change => $"{change.Job}: {change.Reason}"));
        Assert.Equal([(1, 1), (0, 1)], changes.Select(change => (change.Before, change.After)));

        // 60 s of start, 300 s alone at 10, then at 8 while b is there: 17,000 / 8 s more, in which b starts and gets on at 6.
        Assert.Equal(720 + (17_000 / 8.0), result.Outcomes[0].CompletionSeconds, 1e-6);
    }

    // Both held one of two accelerators of the node each: the second goes to that of the first, and restarts there.
    [Fact]
    public void Apply_WhenTwoOfOneNodeGetTogetherOrPart_OneMoves()
    {
        var held = Allocation.Of([new NodeShare(0, 1)]);
        var jobs = new[] { "a", "b" }.Select(name => (SimulatedJob)new GavelJob(Row(name, "A", 1), Throughputs)).ToArray();
        foreach (var job in jobs)
        {
            job.Allocation = held;
        }

        JobDecision[] together = [new JobDecision(held, "") { SharesWith = "b" }, new JobDecision(held, "") { SharesWith = "a" }];
        JobDecision[] apart = [new JobDecision(held, ""), new JobDecision(held, "")];

        Assert.Equal([PartnerChange.Partner, PartnerChange.Place], Colocations.Apply(jobs, together));
        Assert.Same(jobs[1], jobs[0].Partner);
        Assert.Equal([PartnerChange.None, PartnerChange.None], Colocations.Apply(jobs, together));
        Assert.Equal([PartnerChange.Partner, PartnerChange.Place], Colocations.Apply(jobs, apart));
        Assert.All(jobs, job => Assert.Null(job.Partner));
    }

    [Fact]
    public void Run_WhenNobodySharesWell_IsAsWithoutSharing()
    {
        var rows = Enumerable.Range(0, 12).Select(i => Row($"c{i}", "C", 1_000 * (i + 1))).ToList();

        Assert.Equal(
            Run(GavelSetup.Policy("mixed"), "fast:2x1", rows).Outcomes.ToArray(), Run(GavelSetup.Policy("default"), "fast:2x1", rows).Outcomes.ToArray());
    }

    [Fact]
    public void Run_WhenManyCanShare_AllFinishAndSoonerThanAlone()
    {
        var rows = Enumerable.Range(0, 40).Select(i => Row($"j{i}", "ABC"[i % 3].ToString(), 2_000 + (997 * (i % 7)))).ToList();
        var (shared, alone) = (Run(GavelSetup.Policy("default"), "fast:2x2", rows), Run(GavelSetup.Policy("mixed"), "fast:2x2", rows));

        Assert.Equal((40, 0), (shared.Jobs, shared.UnfinishedJobs));
        Assert.True(shared.AvgJctSeconds < alone.AvgJctSeconds, $"{shared.AvgJctSeconds} and {alone.AvgJctSeconds}");
        Assert.True(shared.MakespanSeconds < alone.MakespanSeconds, $"{shared.MakespanSeconds} and {alone.MakespanSeconds}");
        Assert.InRange(shared.AllocationFraction, 0, 1);
    }

    [Fact]
    public void Run_WhenNodesFail_PairsPartAndAllFinish()
    {
        var jobs = Enumerable.Range(0, 30).Select(i => (SimulatedJob)new GavelJob(Row($"j{i}", "AB"[i % 2].ToString(), 40_000), Throughputs, 30)).ToList();
        var result = new ClusterSimulator(
            ClusterSpec.Parse("fast:3x1").ToSnapshot(), jobs, GavelSetup.Policy("default"),
            new SimulationOptions { RoundSeconds = 360, NodeMtbfSeconds = 10_000, Seed = 3 }, TimeProvider.System).Run();

        Assert.Equal(30, result.Jobs);
        Assert.Contains(jobs, job => job.Failures > 0);
        Assert.InRange(result.Utilisation, 0, result.AllocationFraction);
    }

    [Theory]
    [InlineData("", "", "", "gives more than it has")]
    [InlineData("b", "", "", "job 'a' shares with 'b', which does not share with it")]
    [InlineData("b", "a", "a", "job 'c' shares with 'a', which does not share with it")]
    [InlineData("a", "", "", "job 'a' shares with 'a', which does not share with it")]
    [InlineData("x", "", "", "job 'a' shares with 'x', which does not share with it")]
    [InlineData("", "c", "b", "nobody knows that it computes beside it")]
    public void Run_WhenAPolicyGivesAnAcceleratorOutTwice_IsStopped(string first, string second, string third, string expected)
    {
        var policy = new Fixed([first, second, third]);
        var error = Assert.Throws<InvalidOperationException>(() => Run(policy, "fast:1x1", [Row("a", "A", 1), Row("b", "B", 1), Row("c", "C", 1)]));

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Run_WhenAThirdHoldsWhatTwoShare_IsStopped() => Assert.Throws<InvalidOperationException>(
        () => Run(new Fixed(["b", "a", ""]), "fast:1x1", [Row("a", "A", 1), Row("b", "B", 1), Row("c", "C", 1)]));

    private static GavelRow Row(string name, string type, double steps) => new(name, type, 1, steps, 1, 0);

    private static SimulationResult Run(ISchedulingPolicy policy, string cluster, IEnumerable<GavelRow> rows) => new ClusterSimulator(
        ClusterSpec.Parse(cluster).ToSnapshot(), [.. rows.Select(row => new GavelJob(row, Throughputs))], policy,
        new SimulationOptions { RoundSeconds = 360 }, TimeProvider.System).Run();

    // Gives everybody the one accelerator there is.
    private sealed class Fixed(string[] sharesWith) : ISchedulingPolicy
    {
        public string Name => "fixed";

        public bool IsElastic => false;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds) =>
            [.. jobs.Select((_, i) => new JobDecision(Allocation.Of([new NodeShare(0, 1)]), "gets it") { SharesWith = sharesWith[i] })];
    }
}
