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

    [Fact]
    public void Load_WhenAnElasticPolicyRunsAJobOnFewerThanItAsksFor_SaysSo()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,1000,512", "b,10,small,1,64"]);

        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse("T4:2x4"), "default", ApplicationFacts.Pollux);

        Assert.Equal(2, setup.Jobs.Length);
        Assert.Equal("1 job asks for more accelerators than the cluster has of a type that runs them, and runs on fewer: a (1000, at most 8).", setup.Notes[^1]);
    }

    // 16 accelerators share a batch of 64, of which each was measured with 8 or more: slow, but it runs.
    [Fact]
    public void Run_WhenARigidJobSpreadsASmallBatch_StillRuns()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,16,64"]);

        Assert.InRange(Makespan(files, ApplicationFacts.Pollux, "T4:4x4"), 60, 10_000);
    }

    private static double Makespan(PolluxFiles files, IReadOnlyDictionary<string, ApplicationFacts> facts, string cluster = "T4:2x4")
    {
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse(cluster), "fifo", facts);
        return new ClusterSimulator(setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions(), TimeProvider.System).Run().MakespanSeconds;
    }
}
