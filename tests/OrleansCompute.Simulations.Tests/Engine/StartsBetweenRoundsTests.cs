using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Philly;
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

    [Fact]
    public void Run_WhenAJobCannotSayWhenItIsDone_LooksAtItWithTheNextRound()
    {
        SimulatedJob[] jobs = [new Silent("a", 10, 100), new Silent("b", 20, 100)];
        var cluster = ClusterSpec.Parse("T4:1x1").ToSnapshot();

        var result = new ClusterSimulator(
            cluster, jobs, SchedulingPolicies.Create("fifo"), new SimulationOptions { StartsBetweenRounds = true }, TimeProvider.System).Run();

        Assert.Equal((2, 0, ""), (result.Jobs, result.UnfinishedJobs, result.EndReason));
        Assert.Equal([10.0, 120], result.Outcomes.Select(job => job.StartSeconds));
        Assert.Equal([110.0, 220], result.Outcomes.Select(job => job.CompletionSeconds));
    }

    private sealed class Silent(string id, double submitSeconds, double durationSeconds) : SimulatedJob(id, submitSeconds)
    {
        private readonly PhillyJob _inner = new(new PhillyRow(id, submitSeconds, durationSeconds, 1, ""), restartSeconds: 0);

        public override double RestartSeconds => 0;

        public override int RequestedAccelerators => 1;

        public override JobSnapshot Describe() => _inner.Describe();

        public override void Apply(ClusterSnapshot cluster, Allocation allocation) => _inner.Apply(cluster, allocation);

        public override double Run(double seconds, double speedFraction) => _inner.Run(seconds, speedFraction);

        public override double SecondsToLook(double speedFraction) => double.NaN;

        public override void Checkpoint() => _inner.Checkpoint();

        public override void Rollback() => _inner.Rollback();

        public override double AloneSeconds(ClusterSnapshot cluster, int accelerators) => _inner.AloneSeconds(cluster, accelerators);

        public override double RemainingSeconds(ClusterSnapshot cluster) => _inner.RemainingSeconds(cluster);
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
