using System.Globalization;
using System.Text;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Gavel;

namespace OrleansCompute.Simulations.Tests.Gavel;

public sealed class GavelSimulationTests
{
    // Two kinds of job: one gains ten times from the fast type, one hardly anything.
    private static readonly GavelThroughputs Throughputs = GavelThroughputs.Parse("f", Encoding.UTF8.GetBytes("""
        {"fast": {"('A', 1)": {"null": 10}, "('A', 4)": {"null": 30}, "('B', 1)": {"null": 10}, "('B', 4)": {"null": 40}},
         "slow": {"('A', 1)": {"null": 1}, "('A', 4)": {"null": 0}, "('B', 1)": {"null": 9}, "('B', 4)": {"null": 36}}}
        """));

    [Fact]
    public void Run_WhenAJobIsAlone_TakesItsStepsOverItsSpeed()
    {
        var result = Run(new MixedTypePolicy(), "fast:1x4,slow:1x4", [new GavelRow("a", "A", 4, 30_000, 1, 0)]);

        // The first decision is at the end of the first round.
        Assert.Equal(360 + 1_000, result.AvgJctSeconds, 1e-6);
        Assert.Equal(0, result.RestartsPerJob);
        Assert.Equal(1_000 * 4.0 / 3_600, result.GpuHoursPerJob, 1e-9);
    }

    [Fact]
    public void Run_WhenTypesDiffer_OursBeatsTheAgnosticOrder()
    {
        var ours = Run(new MixedTypePolicy(), "fast:4x1,slow:8x1", Workload(11));
        var agnostic = Run(new LeastAttainedServicePolicy(rotatesTypes: true), "fast:4x1,slow:8x1", Workload(11));

        Assert.Equal((40, 0), (ours.Jobs, ours.UnfinishedJobs));
        Assert.Equal(40, agnostic.Jobs);
        Assert.True(ours.AvgJctSeconds < 0.8 * agnostic.AvgJctSeconds, $"{ours.AvgJctSeconds} and {agnostic.AvgJctSeconds}");
    }

    // A alone of four is slow's to refuse: whoever put it there would wait for ten years.
    [Theory, MemberData(nameof(Policies))]
    public void Run_WhenAJobsSpeedOnATypeIsZero_IsNeverPutThere(string policy)
    {
        var rows = Enumerable.Range(0, 6).Select(i => new GavelRow($"job-{i}", "A", 4, 36_000, 1, i));

        var result = Run(GavelSetup.Policy(policy), "fast:1x4,slow:2x4", rows);

        Assert.Equal((6, 0), (result.Jobs, result.UnfinishedJobs));
        Assert.InRange(result.Utilisation, 0.1, 1.0 / 3 + 1e-9);
    }

    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Fact]
    public void Run_WhenRepeated_GivesTheSame() =>
        Assert.Equal(
            Run(new MixedTypePolicy(), "fast:4x1,slow:8x1", Workload(4)).Outcomes.ToArray(),
            Run(new MixedTypePolicy(), "fast:4x1,slow:8x1", Workload(4)).Outcomes.ToArray());

    [Fact]
    public void Run_WhenNodesFail_JobsStillFinish()
    {
        var options = new SimulationOptions { RoundSeconds = 360, NodeMtbfSeconds = 20_000, Seed = 3 };
        var jobs = Workload(4).Select(row => (SimulatedJob)new GavelJob(row, Throughputs, restartSeconds: 30)).ToList();

        var result = new ClusterSimulator(
            ClusterSpec.Parse("fast:4x1,slow:8x1").ToSnapshot(), jobs, new MixedTypePolicy(), options, TimeProvider.System).Run();

        Assert.Equal(40, result.Jobs);
        Assert.Contains(jobs, job => job.Failures > 0);
    }

    private static List<GavelRow> Workload(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 40).Select(i => new GavelRow(
            string.Create(CultureInfo.InvariantCulture, $"job-{i}"), random.Next(2) == 0 ? "A" : "B", random.Next(5) == 0 ? 4 : 1,
            1_000 * random.Next(1, 100), 1, 200 * i))];
    }

    private static SimulationResult Run(ISchedulingPolicy policy, string cluster, IEnumerable<GavelRow> rows) => new ClusterSimulator(
        ClusterSpec.Parse(cluster).ToSnapshot(), [.. rows.Select(row => new GavelJob(row, Throughputs))], policy,
        new SimulationOptions { RoundSeconds = 360 }, TimeProvider.System).Run();
}
