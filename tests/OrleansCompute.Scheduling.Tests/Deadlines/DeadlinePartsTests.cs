using OrleansCompute.Scheduling.Deadlines;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tests.Reservations;
using Xunit.Abstractions;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Deadlines;

/// <summary>Deadlines of jobs on parts of accelerators.</summary>
public sealed class DeadlinePartsTests(ITestOutputHelper output)
{
    private const int Seeds = 40;
    private static readonly DeadlineOptions Exact = new() { SlackFraction = 0, SlackRestarts = 0 };

    [Fact]
    public void Decide_WhenAPartHasADeadline_GetsItBeforeJobsWithout()
    {
        var (cluster, policy) = (Cluster(1, 1), Policy());
        var holder = Job("holder") with { Allocation = Allocation.Of([new NodeShare(0, 1)]), RunSeconds = 5000, AllocatedSeconds = 0 };
        var part = Part("due", 5000, 0.5) with { DeadlineSeconds = 6000, ExpectedRemainingSeconds = 900 };

        var decisions = policy.Decide(cluster, [holder, part], 5000);

        Assert.True(decisions[0].Allocation.IsEmpty);
        Assert.Equal(0.5, decisions[1].Allocation.Device!.Value.ComputeShare);
        Assert.Contains("gets 0.5 × A, the least that meets its deadline in 17 min", decisions[1].Reason, StringComparison.Ordinal);

        // Without a deadline it waits for its turn, and where it cannot make it any more it is one like any other.
        Assert.True(policy.Decide(cluster, [holder, part with { DeadlineSeconds = null }], 5000)[1].Allocation.IsEmpty);
        var late = policy.Decide(cluster, [holder, part with { DeadlineSeconds = 5500 }], 5000)[1];
        Assert.True(late.Allocation.IsEmpty);
        Assert.EndsWith("its deadline cannot be met any more", late.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenPartsFitTogether_PlansThemOnOneAccelerator()
    {
        var cluster = Cluster(1, 2);
        var gang = Job("gang") with { DeadlineSeconds = 1000, ExpectedRemainingSeconds = 900 };
        JobSnapshot[] parts = [.. Enumerable.Range(0, 3).Select(i => Part($"p{i}", 0, 0.5) with { DeadlineSeconds = 2000 + i, ExpectedRemainingSeconds = 900 })];

        var decisions = Policy().Decide(cluster, [gang, .. parts], 0);

        Assert.Equal(1, decisions[0].Allocation.Accelerators);
        Assert.Equal(decisions[1].Allocation, decisions[2].Allocation);
        Assert.True(decisions[3].Allocation.IsEmpty);
        Assert.Contains("waits for jobs with earlier deadlines; 0.5 × A are planned for it", decisions[3].Reason, StringComparison.Ordinal);

        // Memory counts as well: two of these do not fit on one, and the accelerator of the gang is free from 1,000 s on.
        var small = new ClusterSnapshot([cluster.Nodes[0] with { AcceleratorMemoryBytes = 10 }]);
        var wide = parts[..2].Select(part => part with { Fraction = new DeviceFraction(0.5, 6) }).ToArray();
        var tight = Policy().Decide(small, [gang, .. wide], 0);
        Assert.Equal((false, true), (tight[1].Allocation.IsEmpty, tight[2].Allocation.IsEmpty));
    }

    [Fact]
    public void Decide_BesideAPartThatMayNotBeTouched_UsesTheRestOfItsAccelerator()
    {
        var fixedPart = Part("fixed", 0, 0.4) with { Allocation = Allocation.OfDevice(new DeviceShare(0, 0, 0.4, 0)), IsPreemptible = false };
        JobSnapshot Due(double share) => Part("due", 0, share) with { DeadlineSeconds = 1000, ExpectedRemainingSeconds = 900 };

        var place = Policy().Decide(Cluster(1, 1), [fixedPart, Due(0.6)], 0)[1].Allocation.Device!.Value;

        Assert.Equal((0, 0, 0.6), (place.Node, place.Device, place.ComputeShare));
        var admission = new DeadlineAdmission(Exact);
        Assert.Contains("with 0.6 × A", admission.Check(Cluster(1, 1), [fixedPart], Due(0.6), 0, isElastic: true).Reason, StringComparison.Ordinal);
        Assert.True(admission.Check(Cluster(1, 1), [fixedPart], Due(0.6), 0, isElastic: true).IsAdmitted);
        Assert.False(admission.Check(Cluster(1, 1), [fixedPart], Due(0.7), 0, isElastic: true).IsAdmitted);
    }

    [Fact]
    public void Decide_OfAPartThatRuns_LeavesItWhereItIs()
    {
        var (cluster, policy) = (Cluster(2, 2), Policy());
        JobSnapshot[] jobs = [Job("a"), Part("p", 0, 0.3) with { DeadlineSeconds = 9000, ExpectedRemainingSeconds = 900 }, Part("q", 0, 0.3)];
        var first = policy.Decide(cluster, jobs, 0);
        var second = policy.Decide(cluster, Next(jobs, first, 0, 60), 60);
        Assert.Equal(first.Select(decision => decision.Allocation), second.Select(decision => decision.Allocation));
        Assert.StartsWith("keeps 0.3 × A", second[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenTheHostHasRoomForAPartOnly_GivesAndKeepsThePart()
    {
        // Beside a whole accelerator it would be 8 cores; beside a quarter, 2.
        var cluster = new ClusterSnapshot([Cluster(1, 2).Nodes[0] with { CpuCores = 4, HostMemoryBytes = 400 }]);
        var part = Part("due", 0, 0.25) with { DeadlineSeconds = 1000, ExpectedRemainingSeconds = 900, CpuCoresPerAccelerator = 8, HostMemoryBytesPerAccelerator = 800 };
        Assert.True(new DeadlineAdmission(Exact).Check(cluster, [], part, 0, isElastic: true).IsAdmitted);

        var first = Policy().Decide(cluster, [part], 0);
        Assert.Equal(0.25, first[0].Allocation.Device!.Value.ComputeShare);
        Assert.Contains("gets 0.25 × A", first[0].Reason, StringComparison.Ordinal);
        var second = Policy().Decide(cluster, Next([part], first, 0, 60), 60);
        Assert.Equal(first[0].Allocation, second[0].Allocation);
        Assert.StartsWith("keeps 0.25 × A", second[0].Reason, StringComparison.Ordinal);

        // Two take all cores; a third finds none, though three quarters of an accelerator are free.
        JobSnapshot[] three = [.. Enumerable.Range(0, 3).Select(i => part with { Id = $"p{i}" })];
        Assert.Equal([false, false, true], Policy().Decide(cluster, three, 0).Select(decision => decision.Allocation.IsEmpty));
        Assert.True(Policy().Decide(cluster, [part with { CpuCoresPerAccelerator = 17 }], 0)[0].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_OfPartsThatWantToBeApart_PutsEachOnANodeOfItsOwn()
    {
        JobSnapshot[] parts = [.. Enumerable.Range(0, 3).Select(i => Part($"p{i}", 0, 0.25) with
        {
            DeadlineSeconds = 1000, ExpectedRemainingSeconds = 900, AffinityGroup = "g", IsAntiAffine = true,
        })];

        var decisions = Policy().Decide(Cluster(2, 4), parts, 0);

        Assert.Equal([0, 1], decisions.Take(2).Select(decision => decision.Allocation.Device!.Value.Node));
        Assert.True(decisions[2].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_OnManyNodes_PlacesEachPart()
    {
        // One device each, all held by jobs that may have to leave: every part looks at every node.
        const int Nodes = 1_000;
        var cluster = Cluster(Nodes, 1);
        JobSnapshot[] jobs =
        [
            .. Enumerable.Range(0, Nodes).Select(i => Job($"h{i}") with { Allocation = Allocation.Of([new NodeShare(i, 1)]) }),
            .. Enumerable.Range(0, 64).Select(i => Part($"p{i}", 0, 0.6) with { DeadlineSeconds = 9000 + i, ExpectedRemainingSeconds = 8000 }),
        ];

        var parts = Policy().Decide(cluster, jobs, 0).Skip(Nodes).Select(decision => decision.Allocation.Device!.Value).ToList();

        Assert.Equal(64, parts.Select(part => part.Node).Distinct().Count());
    }

    [Fact]
    public void Check_WhenItRefuses_NamesATimeThatIsLaterAndThatItAdmits()
    {
        var named = 0;
        var admission = new DeadlineAdmission(Exact);
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var cluster = new ClusterSnapshot([.. Cluster(random.Next(1, 3), 2).Nodes.Select(node => node with { AcceleratorMemoryBytes = 16 })]);
            var jobs = new List<JobSnapshot>();
            for (var i = 0; i < 10; i++)
            {
                var seconds = random.Next(300, 4000);
                var job = (random.Next(4) > 0 ? Part($"d{i}", i, random.Next(1, 10) / 10.0, random.Next(0, 12)) : Job($"d{i}", i) with { MinAccelerators = 1 }) with
                {
                    DeadlineSeconds = seconds * (1 + random.NextDouble()), ExpectedRemainingSeconds = seconds,
                };
                var verdict = admission.Check(cluster, jobs, job, 0, isElastic: true);
                if (!verdict.IsAdmitted && double.IsFinite(verdict.EarliestDeadlineSeconds))
                {
                    named++;
                    Assert.True(verdict.EarliestDeadlineSeconds > job.DeadlineSeconds, $"seed {seed}, {job.Id}: {verdict.EarliestDeadlineSeconds} of {job.DeadlineSeconds}");
                    var later = job with { DeadlineSeconds = verdict.EarliestDeadlineSeconds };
                    Assert.True(admission.Check(cluster, jobs, later, 0, isElastic: true).IsAdmitted, $"seed {seed}, {job.Id}: not admitted at {later.DeadlineSeconds}");
                }

                // Those that are refused come all the same, as a pool's do whose nodes were lost: then not all can be served.
                jobs.Add(job);
            }
        }

        output.WriteLine($"{named} refused with a time");
        Assert.True(named > 100);
    }

    [Fact]
    public void Check_OfManyPartsAndGangs_PromisesWhatThePolicyKeeps()
    {
        // Parts are packed, and packing is a heuristic: over 300 seeds 1 of the 2,923 that are promised is late.
        var (promised, late, asked) = (0, 0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (told, missed, wanted) = Simulate(seed);
            (promised, late, asked) = (promised + told, late + missed, asked + wanted);
        }

        output.WriteLine($"{promised} of {asked} promised, {late} late");
        Assert.True(promised > asked / 2, $"{promised} of {asked} promised");
        Assert.True(late <= promised / 100, $"{late} of {promised} late");
    }

    private static (int Promised, int Late, int Asked) Simulate(int seed)
    {
        var random = new Random(seed);
        var policy = PolicyPipeline.Create(random.Next(2) == 0 ? "default" : "las", new PipelineOptions { Reservations = null, Defragmentation = null });
        var admission = new DeadlineAdmission();
        var cluster = new ClusterSnapshot([.. Cluster(random.Next(1, 3), 3).Nodes.Select(node => node with { AcceleratorMemoryBytes = 16 })]);
        var world = new RoundWorld(policy, cluster, roundSeconds: 30);
        var promised = new List<JobSnapshot>();
        for (var i = 0; i < 14; i++)
        {
            var seconds = random.Next(300, 4000);
            var requested = random.Next(1, 4);
            var job = (random.Next(4) > 0
                ? Part($"d{i}", world.Now, random.Next(1, 10) / 10.0, random.Next(0, 12))
                : Job($"d{i}", world.Now, requested) with { MinAccelerators = requested, MaxAccelerators = requested }) with
            {
                DeadlineSeconds = world.Now + (seconds * (0.8 + (2 * random.NextDouble()))), ExpectedRemainingSeconds = seconds,
            };
            if (admission.Check(world.Cluster, world.Jobs, job, world.Now, policy.IsElastic).IsAdmitted)
            {
                promised.Add(job);
                world.Submit(job, seconds, statesLength: true);
            }

            world.Submit(Elastic($"o{i}", world.Now) with { MaxAccelerators = 8 }, random.Next(60, 1500));
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

        return (promised.Count, promised.Count(job => world.Ends[job.Id] > job.DeadlineSeconds), 14);
    }

    private static ISchedulingPolicy Policy() => new DeadlinePolicy(SchedulingPolicies.Create("las"), Exact);

    private static JobSnapshot Part(string id, double submitSeconds, double share, long memory = 0) =>
        Job(id, submitSeconds) with { Fraction = new DeviceFraction(share, memory), MinAccelerators = 1, MaxAccelerators = 1, RestartSeconds = 30 };
}
