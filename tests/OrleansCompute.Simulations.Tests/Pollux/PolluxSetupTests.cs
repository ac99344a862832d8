using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;

namespace OrleansCompute.Simulations.Tests.Pollux;

public sealed class PolluxSetupTests
{
    [Fact]
    public void Load_WithSiasFacts_CostsWhatItsAuthorsMeasured()
    {
        using var files = new PolluxFiles();
        Directory.Move(Path.Combine(files.Profiles, "small"), Path.Combine(files.Profiles, "cifar10"));
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size,category", ["a,10,cifar10,1,32,rigid"]);

        // 1.8 times slower, and 50 s of start in place of 30.
        Assert.Equal(60 + 50 + (1.8 * (Makespan(files, ApplicationFacts.Pollux) - 90)), Makespan(files, ApplicationFacts.Sia), 10.0);
    }

    [Fact]
    public void Load_WhenAJobAsksForMoreThanThereIs_RefusesItAlone()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,9,512", "b,10,small,1,64"]);
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "fifo", ApplicationFacts.Pollux);
        Assert.Equal("b", Assert.Single(setup.Jobs).Id);
        Assert.Equal("a asks for 9 accelerators of one type; the cluster has at most 8 that run it.", Assert.Single(setup.Refused));
    }

    private static double Makespan(PolluxFiles files, IReadOnlyDictionary<string, ApplicationFacts> facts)
    {
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "fifo", facts);
        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions(), TimeProvider.System).Run().MakespanSeconds;
    }
}
