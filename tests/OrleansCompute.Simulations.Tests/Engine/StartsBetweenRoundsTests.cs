using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class StartsBetweenRoundsTests
{
    [Fact]
    public void Run_WhenJobsStartBetweenRounds_TheyStartWhenTheyComeAndWhenAnotherIsDone()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,1,32", "b,25,small,1,32"]);

        var jobs = Run(files, "fifo", "T4:1x1", startsBetween: true).Outcomes;
        Assert.Equal(10, jobs[0].StartSeconds);
        // Epochs end at whole seconds, so that the next starts within one.
        Assert.InRange(jobs[1].StartSeconds - jobs[0].CompletionSeconds, 0, 1);

        var inRounds = Run(files, "fifo", "T4:1x1", startsBetween: false).Outcomes;
        Assert.Equal(60, inRounds[0].StartSeconds);
        Assert.Equal(0, inRounds[1].StartSeconds % 60);
        Assert.True(inRounds[1].StartSeconds > jobs[1].StartSeconds);
    }

    [Theory, InlineData("default"), InlineData("las"), InlineData("tiresias"), InlineData("drf")]
    public void Run_WhenJobsStartBetweenRounds_WhatRunsIsMovedAtRoundsOnly(string policy)
    {
        using var files = new PolluxFiles("fast", "slow");

        var result = Run(files, policy, "slow:3x4,fast:1x4", startsBetween: true);

        Assert.Equal((24, 0), (result.Jobs, result.UnfinishedJobs));
        Assert.Contains(result.Rounds, round => round.Seconds % 60 > 0);
        Assert.All(result.Rounds.Where(round => round.Seconds % 60 > 0), round => Assert.All(round.Changes, change => Assert.Equal(0, change.Before)));
        Assert.All(result.Samples, sample => Assert.Equal(0, sample.Seconds % 60));
    }

    private static SimulationResult Run(PolluxFiles files, string policy, string cluster, bool startsBetween)
    {
        var setup = PolluxSetup.Load(files.Workload, files.Profiles, ClusterSpec.Parse(cluster), policy, ApplicationFacts.Pollux);
        return new ClusterSimulator(
            setup.Cluster, setup.Jobs, setup.Policy, new SimulationOptions { StartsBetweenRounds = startsBetween }, TimeProvider.System)
        {
            RecordsRounds = true,
        }.Run();
    }
}
