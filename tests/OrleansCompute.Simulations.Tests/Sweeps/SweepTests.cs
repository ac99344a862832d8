using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Sweeps;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Sweeps;

public sealed class SweepTests
{
    [Fact]
    public void Run_OfSeveralPolicies_GivesEachTheSameWorkloadsAndSumsUp()
    {
        using var files = new PolluxFiles();
        var cluster = ClusterSpec.Parse("T4:2x4").ToSnapshot();
        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, cluster.Types, ApplicationFacts.Pollux);
        var generator = new WorkloadGenerator(workload.Rows);
        var cases = Enumerable.Range(1, 3).Select(seed => new SweepCase($"seed {seed}", seed, policy => PolluxSetup.Make(
            workload.With(generator.Generate(10, seed)), cluster, policy.Create(name => SchedulingPolicies.Create(name)), ThroughputKnowledge.Measured)));
        var rows = Sweep.Run(cases, PolicySpec.ParseList("tiresias,default"), new SimulationOptions(), TimeProvider.System, default).ToList();
        var totals = SweepTotals.Of(rows);

        Assert.Equal(["tiresias", "default"], totals.Select(policy => policy.Policy));
        Assert.All(totals, policy => Assert.Equal((3, 30, 0), (policy.Workloads, policy.Jobs, policy.UnfinishedJobs)));
        Assert.Equal((1, 0), (totals[0].RatioToFirst, totals[0].RatioError));
        Assert.True(totals[1].RatioToFirst < 1);
        Assert.Equal(rows.Where(row => row.Policy == "default").Average(row => row.Result.AvgJctSeconds), totals[1].MeanJctSeconds, 1e-9);
        Assert.True(totals[1].MeanJctDeviation > 0);

        // Shorter three times out of three: so it is, one way or the other, with two of eight tosses of a coin.
        Assert.Equal((3, 0.25), (totals[1].ShorterThanFirst, totals[1].SignTest));
        Assert.Equal((0, 1.0), (totals[0].ShorterThanFirst, totals[0].SignTest));
    }

    [Fact]
    public void Create_WithParameters_SetsThem()
    {
        var spec = PolicySpec.Parse("default[ServiceFactor=8;HalfWeightSeconds=60]");
        Assert.Equal("default[ServiceFactor=8;HalfWeightSeconds=60]", spec.ToString());
        Assert.Equal("default", spec.Create(name => SchedulingPolicies.Create(name)).Name);
    }

    [Theory]
    [InlineData("default[ServiceFactor=0]", "ServiceFactor is 0; allowed 1.01 to 1000")]
    [InlineData("default[Nonsense=1]", "has no parameter 'Nonsense'")]
    [InlineData("default[ServiceFactor=x]", "parameter ServiceFactor is 'x'")]
    [InlineData("mixed[PairCandidates=0]", "has no parameter 'PairCandidates'")]
    [InlineData("default[PairCandidates=-1]", "PairCandidates is -1; allowed 0 to 4096")]
    [InlineData("fifo[ServiceFactor=8]", "policy 'fifo' takes no parameters")]
    [InlineData("nobody", "policy is 'nobody'; allowed")]
    public void Create_WhenSomethingIsWrong_SaysWhat(string text, string expected) => Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(
        () => PolicySpec.Parse(text).Create(name => SchedulingPolicies.Create(name))).Message, StringComparison.Ordinal);

    [Theory, InlineData("default[ServiceFactor=8"), InlineData("default[=8]"), InlineData("default[]")]
    public void Parse_OfABrokenText_SaysSo(string text) => Assert.Throws<FormatException>(() => PolicySpec.Parse(text));
}
