using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Clusters;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Philly;
using OrleansCompute.Simulations.Pollux;
using OrleansCompute.Simulations.Tests.Pollux;

namespace OrleansCompute.Simulations.Tests.Engine;

public sealed class ClusterSimulatorTests
{
    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Policies))]
    public void Run_UnderAnyPolicy_FinishesAllJobsAndIsRepeatable(string policy)
    {
        using var files = new PolluxFiles("fast", "slow");
        var (first, second) = (Run(files, policy, "slow:3x4,fast:1x4"), Run(files, policy, "slow:3x4,fast:1x4"));
        Assert.Equal((24, 0), (first.Jobs, first.UnfinishedJobs));
        Assert.Equal(first.Outcomes.ToArray(), second.Outcomes.ToArray());
        Assert.InRange(first.Utilisation, 0, first.AllocationFraction);
        Assert.InRange(first.AllocationFraction, 0, 1);
        Assert.All(first.Outcomes, job => Assert.True(job.SubmitSeconds <= job.StartSeconds && job.StartSeconds < job.CompletionSeconds));
    }

    [Theory, InlineData(ThroughputKnowledge.PerJob), InlineData(ThroughputKnowledge.PerPool), InlineData(ThroughputKnowledge.PerApplication), InlineData(ThroughputKnowledge.Measured)]
    public void Run_WhateverIsKnown_OursIsFasterThanTheOthers(ThroughputKnowledge knowledge)
    {
        using var files = new PolluxFiles();
        var ours = Run(files, "default", "T4:2x4", knowledge);
        Assert.All((string[])["fifo", "las", "tiresias"], other => Assert.True(ours.AvgJctSeconds < Run(files, other, "T4:2x4").AvgJctSeconds, other));
    }

    [Fact]
    public void Run_OfOneJobAlone_TakesItsStepsAndItsStart()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,1,32"]);
        var result = Run(files, "fifo", "T4:1x1");

        // Decided at 60 s, 30 s of start, then 10,320 steps of 20.1 ms, each of ten epochs rounded to a second.
        Assert.Equal(60 + 30 + (10_320 * 0.0201), result.MakespanSeconds, 5.0);
        Assert.Equal(result.MakespanSeconds - 10, result.AvgJctSeconds, 1e-9);
    }

    [Fact]
    public void Run_WhenTheClusterHasPrices_ReportsCostAndEnergy()
    {
        using var files = new PolluxFiles();
        var result = Run(files, "default", "T4:4x4@2.5/70");
        var hours = result.Outcomes.Sum(job => job.AttainedAcceleratorSeconds) / 3600;
        Assert.Equal(2.5 * hours, result.Cost!.Value, 1e-6 * hours);
        Assert.Equal(0.07 * hours, result.EnergyKilowattHours!.Value, 1e-6 * hours);
        Assert.Null(Run(files, "default", "T4:4x4").Cost);
    }

    [Fact]
    public void Run_WhenNodesFail_JobsLoseWorkAndFinish()
    {
        using var files = new PolluxFiles();
        var options = new SimulationOptions { NodeMtbfSeconds = 2000, Seed = 5 };
        var (calm, stormy) = (Run(files, "default", "T4:4x4"), Run(files, "default", "T4:4x4", options: options));
        Assert.Equal((24, 0), (stormy.Jobs, stormy.UnfinishedJobs));
        Assert.True(stormy.AvgJctSeconds > calm.AvgJctSeconds);
        Assert.Contains(stormy.Samples, sample => sample.Ready < 16);
        Assert.Equal(stormy.Outcomes.ToArray(), Run(files, "default", "T4:4x4", options: options).Outcomes.ToArray());
    }

    [Fact]
    public void Run_WhenJobsInterfere_IsSlower()
    {
        using var files = new PolluxFiles();
        var options = new SimulationOptions { InterferenceFraction = 0.5 };
        Assert.True(Run(files, "tiresias", "T4:3x2", options: options).AvgJctSeconds > Run(files, "tiresias", "T4:3x2").AvgJctSeconds);
    }

    [Fact]
    public void Run_WhenAJobNeverFits_SaysThatItDidNotFinish()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(files.Workload, "name,time,application,num_replicas,batch_size", ["a,10,small,9,512", "b,10,small,1,64"]);
        var result = Run(files, "fifo", "T4:2x4");
        Assert.Equal((1, 1), (result.Jobs, result.UnfinishedJobs));
        var left = Assert.Single(result.Unfinished);
        Assert.Equal(("a", 0), (left.Id, left.Accelerators));
        Assert.Contains("needs 9", left.Reason, StringComparison.Ordinal);
        Assert.Contains("left all accelerators unused for 1,000 rounds", result.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhenTheClockEndsIt_MeasuresOverTheTimeSimulatedAndNamesTheRest()
    {
        using var files = new PolluxFiles();
        PolluxFiles.Write(
            files.Workload, "name,time,application,num_replicas,batch_size",
            ["short,0,small,1,64", "long,0,large,1,32", "late,5000,small,1,64"]);

        var result = Run(files, "fifo", "T4:1x2", options: new SimulationOptions { MaxSeconds = 900 });

        Assert.Equal((1, 2), (result.Jobs, result.UnfinishedJobs));
        Assert.Equal(["long", "late"], result.Unfinished.Select(job => job.Id));
        Assert.Equal([1, 0], result.Unfinished.Select(job => job.Accelerators));
        Assert.Contains("was to be submitted at 5000 s", result.Unfinished[1].Reason, StringComparison.Ordinal);
        Assert.Contains("came to its limit, 900 s", result.EndReason, StringComparison.Ordinal);
        Assert.Equal(900, result.SimulatedSeconds);
        Assert.True(result.MakespanSeconds < 600, $"{result.MakespanSeconds}");

        // One held its accelerator from the first decision to the end, the other for as long as it ran.
        Assert.Equal((840 + (result.MakespanSeconds - 60)) / (2 * 900), result.AllocationFraction, 1e-9);
    }

    [Fact]
    public void Run_WhenAJobHasNoLength_DoesNotCallItsWaitForTheRoundUnfair()
    {
        SimulatedJob[] jobs = [new PhillyJob(new PhillyRow("empty", 0, 0, 1, ""), restartSeconds: 0)];

        var result = new ClusterSimulator(
            ClusterSpec.Parse("T4:1x2").ToSnapshot(), jobs, SchedulingPolicies.Create("fifo"), new SimulationOptions { RoundSeconds = 300 }, TimeProvider.System).Run();

        Assert.Equal(300, result.AvgJctSeconds);
        Assert.Equal((1.0, 0.0), (result.WorstFtf, result.UnfairFraction));
    }

    [Fact]
    public void Create_WhenOptionsAreWrong_NamesThemAll()
    {
        using var files = new PolluxFiles();
        var error = Assert.Throws<ArgumentException>(
            () => Run(files, "fifo", "T4:1x1", options: new SimulationOptions { RoundSeconds = 0, InterferenceFraction = 1 }));
        Assert.Contains("RoundSeconds is 0; allowed 1 to 86400", error.Message, StringComparison.Ordinal);
        Assert.Contains("InterferenceFraction is 1; allowed 0 to 0.99", error.Message, StringComparison.Ordinal);
    }

    private static SimulationResult Run(
        PolluxFiles files, string policyName, string cluster, ThroughputKnowledge knowledge = ThroughputKnowledge.Measured, SimulationOptions? options = null)
    {
        var snapshot = ClusterSpec.Parse(cluster).ToSnapshot();
        var policy = SchedulingPolicies.Create(policyName);
        var jobs = PolluxWorkload.Read(files.Workload, files.Profiles, snapshot.Types, ApplicationFacts.Pollux)
            .CreateJobs(snapshot, policy.IsElastic, knowledge);
        return new ClusterSimulator(snapshot, jobs, policy, options ?? new SimulationOptions(), TimeProvider.System).Run();
    }
}
