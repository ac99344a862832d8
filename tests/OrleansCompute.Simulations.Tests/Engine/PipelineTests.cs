using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Deadlines;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Tenants;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class PipelineTests
{
    private const string Tenants = """
        tenants:
          - { name: a, guaranteed: { T4: 2 } }
          - { name: b, quota: { T4: 7 } }
        """;

    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Names))]
    public void Run_WithEverythingAtOnce_FinishesAllJobsAndIsRepeatable(string policy)
    {
        using var files = new PolluxFiles();
        var options = new SimulationOptions
        {
            NodeMtbfSeconds = 40_000, SpotFraction = 0.5, SpotMeanSeconds = 4_000, InterferenceFraction = 0.1, LinkBandwidthRatio = 1, AdmitsDeadlines = true, Seed = 3,
        };
        var (first, second) = (Run(files, PolicyPipeline.Create(policy), options, true), Run(files, PolicyPipeline.Create(policy), options, true));

        Assert.Equal((24, 0), (first.Jobs, first.UnfinishedJobs));
        Assert.Equal(first.Outcomes.ToArray(), second.Outcomes.ToArray());
        Assert.Equal(2, first.Tenants.Length);
        Assert.InRange(first.Deadlines, 1, 23);
        Assert.InRange(first.DeadlinesMet + first.DeadlinesRefused, 1, first.Deadlines);
    }

    [Fact]
    public void Run_WhenNodesAreTakenBack_LeavesThemInTime()
    {
        using var files = new PolluxFiles();
        var options = new SimulationOptions { SpotFraction = 0.5, SpotMeanSeconds = 400, SpotAwaySeconds = 200, Seed = 1 };
        var all = Run(files, PolicyPipeline.Create("default"), options);

        Assert.Contains(all.Samples, sample => sample.Ready < 16);
        Assert.Equal(0, all.FailuresPerJob);

        // With no notice, whoever is there loses what it did since its checkpoint.
        var sudden = Run(files, PolicyPipeline.Create("default"), options with { SpotNoticeSeconds = 0 });
        Assert.True(sudden.FailuresPerJob > 0);
        Assert.Equal((24, 24), (all.Jobs, sudden.Jobs));
    }

    [Fact]
    public void Run_WithDeadlines_MeetsMoreOfThemThanThePolicyAlone()
    {
        using var files = new PolluxFiles();
        var options = new SimulationOptions { Seed = 2 };
        var alone = Run(files, SchedulingPolicies.Create("fifo"), options, deadlines: true, cluster: "T4:1x4");
        var all = Run(files, PolicyPipeline.Create("fifo"), options with { AdmitsDeadlines = true }, deadlines: true, cluster: "T4:1x4");

        Assert.Equal(alone.Deadlines, all.Deadlines);
        Assert.Equal(0, alone.DeadlinesRefused);
        Assert.True(all.DeadlinesMet > alone.DeadlinesMet, $"{all.DeadlinesMet} of {all.Deadlines}, {alone.DeadlinesMet} alone");

        // A promise is kept: what was not refused is done in time.
        Assert.Equal(all.Deadlines - all.DeadlinesRefused, all.DeadlinesMet);
    }

    private static SimulationResult Run(
        PolluxFiles files, ISchedulingPolicy policy, SimulationOptions options, bool tenants = false, bool deadlines = false, string cluster = "T4:4x4")
    {
        var workload = PolluxWorkload.Read(files.Workload, files.Profiles, ["T4"], ApplicationFacts.Pollux);
        var setup = PolluxSetup.Make(workload, ClusterSpec.Parse(cluster).ToSnapshot(), policy, ThroughputKnowledge.Measured);
        setup = tenants ? TenantFile.Read("t.yaml", new StringReader(Tenants)).ApplyTo(setup) : setup;
        if (tenants || deadlines)
        {
            new DeadlineDraw(0.4, 2, 6).ApplyTo(setup, options.Seed);
        }

        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, options, TimeProvider.System).Run();
    }
}
