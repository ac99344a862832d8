using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tests.Reservations;
using Xunit.Abstractions;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

/// <summary>Gangs with deadlines where others hold parts of accelerators.</summary>
public sealed class DeadlineDisplacementTests(ITestOutputHelper output)
{
    private const int Seeds = 40;
    private static readonly DeadlineOptions Exact = new() { SlackFraction = 0, SlackRestarts = 0 };

    // Three accelerators with parts on them and one that is free.
    private static readonly JobSnapshot[] Parts = [Held("young", 0, 0.6, 4000), Held("old", 1, 0.6, 1000), Held("important", 2, 0.6, 4500) with { Priority = 1 }];

    [Theory]
    [InlineData(1, "young old important")]
    [InlineData(2, "old important")]
    [InlineData(3, "important")]
    [InlineData(4, "")]
    public void Decide_WhenPartsAreInTheWayOfAGang_TheLeastImportantAndAmongThemTheYoungestLeave(int count, string staying)
    {
        var decisions = Policy().Decide(Cluster(1, 4), [.. Parts, Gang(count)], 5000);

        Assert.Equal(count, decisions[3].Allocation.Accelerators);
        Assert.StartsWith($"gets {count} × A, the least that meets its deadline", decisions[3].Reason, StringComparison.Ordinal);
        Assert.Equal(staying, string.Join(' ', Parts.Where((part, i) => decisions[i].Allocation.Equals(part.Allocation)).Select(part => part.Id)));
    }

    [Fact]
    public void Decide_WhenAPartMayNotBeTouchedYet_AnotherLeaves()
    {
        JobSnapshot[] parts = [Parts[0] with { MinRunSeconds = 1100 }, Parts[1], Parts[2]];
        var decisions = Policy().Decide(Cluster(1, 4), [.. parts, Gang(2)], 5000);
        Assert.Equal([true, false, true], Stay(parts, decisions));

        // Where none may, the gang waits, and nobody is disturbed for nothing.
        JobSnapshot[] none = [.. parts.Select(part => part with { IsPreemptible = false })];
        decisions = Policy().Decide(Cluster(1, 4), [.. none, Gang(2)], 5000);
        Assert.True(decisions[3].Allocation.IsEmpty);
        Assert.Equal([true, true, true], Stay(none, decisions));
    }

    [Fact]
    public void Decide_WhenOneOfTwoOnAnAcceleratorMayNotBeTouched_BothStay()
    {
        JobSnapshot[] parts =
        [
            Held("fixed", 0, 0.3, 4000) with { IsPreemptible = false }, Held("beside", 0, 0.3, 4900), Held("a", 1, 0.3, 1000), Held("b", 1, 0.3, 1100),
        ];
        var decisions = Policy().Decide(Cluster(1, 2), [.. parts, Gang(1)], 5000);

        Assert.Equal(1, decisions[4].Allocation.Accelerators);
        Assert.Equal([true, true], Stay(parts[..2], decisions));

        // There is room for one of the two that leave beside those that stay.
        Assert.Equal(1, decisions.Skip(2).Take(2).Count(decision => decision.Allocation.Device?.Device == 0));
    }

    [Fact]
    public void Decide_WhenThePartsHaveTheCoresOfTheHost_AsManyLeaveAsItTakes()
    {
        var cluster = new ClusterSnapshot([Cluster(1, 3).Nodes[0] with { CpuCores = 10 }]);
        JobSnapshot[] parts = [.. Parts[..2].Select(part => part with { CpuCoresPerAccelerator = 5 })];

        var decisions = Policy().Decide(cluster, [.. parts, Gang(1) with { CpuCoresPerAccelerator = 7 }], 5000);

        Assert.Equal(1, decisions[2].Allocation.Accelerators);
        Assert.Equal([false, true], Stay(parts, decisions));
    }

    [Fact]
    public void Decide_WhenAGangTakesTheAcceleratorOfAPart_NoOtherPartIsPlannedThere()
    {
        // The gang's deadline is first and needs both; the part's would fit beside the one that leaves.
        var part = Part("next", 0, 0.3) with { DeadlineSeconds = 9000, ExpectedRemainingSeconds = 600 };
        var decisions = Policy().Decide(Cluster(1, 2), [Parts[0], Gang(2), part], 5000);

        Assert.Equal(2, decisions[1].Allocation.Accelerators);
        Assert.True(decisions[0].Allocation.IsEmpty && decisions[2].Allocation.IsEmpty);

        // Of three, one is left, on which both fit.
        decisions = Policy().Decide(Cluster(1, 3), [Parts[0], Gang(2), part], 5000);
        Assert.Equal((2, 0.6, 0.3), (decisions[1].Allocation.Accelerators, decisions[0].Allocation.Amount, decisions[2].Allocation.Amount));
    }

    [Fact]
    public void Check_OfGangsAmongPartsWithoutDeadlines_PromisesWhatThePolicyKeeps()
    {
        var (promised, late) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (told, missed) = Simulate(seed);
            (promised, late) = (promised + told, late + missed);
        }

        output.WriteLine($"{promised} promised, {late} late");
        Assert.True(promised > 2 * Seeds, $"{promised} promised");
        Assert.Equal(0, late);
    }

    private static (int Promised, int Late) Simulate(int seed)
    {
        var random = new Random(seed);
        var policy = PolicyPipeline.Create(random.Next(2) == 0 ? "default" : "las", new PipelineOptions { Reservations = null, Defragmentation = null });
        var admission = new DeadlineAdmission();
        var cluster = new ClusterSnapshot([.. Cluster(random.Next(1, 3), 4).Nodes.Select(node => node with { AcceleratorMemoryBytes = 16, CpuCores = random.Next(2) * 32 })]);
        var world = new RoundWorld(policy, cluster, roundSeconds: 30);
        var promised = new List<JobSnapshot>();
        for (var i = 0; i < 12; i++)
        {
            var (seconds, count) = (random.Next(300, 3000), random.Next(1, 5));
            var job = Job($"d{i}", world.Now, count) with
            {
                MinAccelerators = count, MaxAccelerators = count, DeadlineSeconds = world.Now + (seconds * (1.1 + (2 * random.NextDouble()))), ExpectedRemainingSeconds = seconds,
                CpuCoresPerAccelerator = random.Next(2),
            };
            if (admission.Check(world.Cluster, world.Jobs, job, world.Now, policy.IsElastic).IsAdmitted)
            {
                promised.Add(job);
                world.Submit(job, seconds, statesLength: true);
            }

            for (var more = random.Next(1, 6); more > 0; more--)
            {
                world.Submit(
                    Part($"p{i}-{more}", world.Now, random.Next(1, 10) / 10.0, random.Next(0, 12)) with { Priority = random.Next(3), CpuCoresPerAccelerator = random.Next(3) },
                    random.Next(300, 5000));
            }

            for (var round = random.Next(0, 12); round > 0; round--)
            {
                world.Step();
            }
        }

        while (promised.Exists(job => !world.Ends.ContainsKey(job.Id)))
        {
            Assert.True(world.Now < 1e5, $"seed {seed}: never done");
            world.Step();
        }

        return (promised.Count, promised.Count(job => world.Ends[job.Id] > job.DeadlineSeconds));
    }

    private static IEnumerable<bool> Stay(JobSnapshot[] parts, IReadOnlyList<JobDecision> decisions) => parts.Select((part, i) => decisions[i].Allocation.Equals(part.Allocation));

    private static ISchedulingPolicy Policy() => new DeadlinePolicy(SchedulingPolicies.Create("las"), Exact);

    private static JobSnapshot Gang(int count) => Job("due", 5000, count) with { MinAccelerators = count, MaxAccelerators = count, DeadlineSeconds = 6000, ExpectedRemainingSeconds = 900 };

    private static JobSnapshot Part(string id, double submitSeconds, double share, long memory = 0) =>
        Job(id, submitSeconds) with { Fraction = new DeviceFraction(share, memory), MinAccelerators = 1, MaxAccelerators = 1, RestartSeconds = 30 };

    private static JobSnapshot Held(string id, int device, double share, double since) => Part(id, 0, share) with
    {
        Allocation = Allocation.OfDevice(new DeviceShare(0, device, share, 0)), AllocatedSeconds = since, RunSeconds = 5000 - since,
    };
}
