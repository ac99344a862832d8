using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Sweeps;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Sweeps;

public sealed class TypeBlindPolicyTests
{
    [Fact]
    public void Run_OnTypesOfDifferentSpeed_IsWorseThanThePolicyThatSeesThem()
    {
        using var files = new PolluxFiles("fast", "slow");
        var (seeing, blind) = (Run("default"), Run(TypeBlindPolicy.BaselineName));

        Assert.Equal((24, 24), (seeing.Jobs, blind.Jobs));
        Assert.True(seeing.AvgJctSeconds < 0.95 * blind.AvgJctSeconds, $"{seeing.AvgJctSeconds} and {blind.AvgJctSeconds}");

        SimulationResult Run(string policy)
        {
            // The slow type is the first, so that the blind one takes the fast ones for slow.
            var cluster = ClusterSpec.Parse("slow:3x4,fast:1x4").ToSnapshot();
            var setup = PolluxSetup.Make(
                PolluxWorkload.Read(files.Workload, files.Profiles, cluster.Types, ApplicationFacts.Sia), cluster, TypeBlindPolicy.Create(policy), ThroughputKnowledge.Measured);
            return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions(), TimeProvider.System).Run();
        }
    }
}
