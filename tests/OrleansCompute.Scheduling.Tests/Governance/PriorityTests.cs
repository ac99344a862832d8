using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>Among the jobs of one tenant a higher priority goes first, parts of accelerators or not.</summary>
public sealed class PriorityTests
{
    private static readonly GovernanceOptions Quantum = new() { FairShareQuantumSeconds = 30, SettleRestarts = 10 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_WhenPartsHaveJustStarted_AGangOfHigherPriorityStartsAtOnce(bool hasTree)
    {
        // Seen in a live pool: three quarters of one accelerator kept a gang waiting for the whole quantum, with three accelerators idle.
        var cluster = hasTree ? Cluster(4, 1, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y" }) : Cluster(4, 1);
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 3).Select(i => RunningPart("x", i, 0, 99)), Gang("x", 4, 100, 99.5), .. Jobs("x", 1, 1, 100)];

        var decisions = Live().Decide(cluster, jobs, 100);

        Assert.Equal([0, 0, 0, 4, 0], decisions.Select(decision => decision.Allocation.Accelerators));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(-1, 3)]
    public void Decide_WhenTheWaitingGangDoesNotComeFirst_RecentPartsStay(int priority, int expected)
    {
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 3).Select(i => RunningPart("x", i, 0, 99)), Gang("x", 4, priority, 99.5)];

        var decisions = Live().Decide(Cluster(4, 1), jobs, 100);

        Assert.Equal(expected, decisions.Count(decision => decision.Allocation.Device is not null));
    }

    [Fact]
    public void Decide_WhenAnotherTenantHasAHigherPriority_TheQuantumHolds()
    {
        var cluster = Cluster(1, 4, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y" });
        JobSnapshot[] jobs = [.. Jobs("x", 4).Select(job => Running(job, 90)), Gang("y", 2, 100, 95)];

        Assert.True(Live().Decide(cluster, jobs, 100)[^1].Allocation.IsEmpty);
        Assert.Equal(2, Live().Decide(cluster, jobs, 121)[^1].Allocation.Accelerators);
    }

    [Fact]
    public void Decide_WhenATenantsOwnJobGoesFirst_ItTakesNoMoreThanItsOwnHeldFromOthersInTheirQuantum()
    {
        var cluster = Cluster(1, 8, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y" });
        JobSnapshot[] jobs = [.. Jobs("x", 4).Select(job => Running(job, 90)), .. Jobs("y", 4).Select(job => Running(job, 90)), Gang("x", 4, 5, 95)];

        var decisions = Live().Decide(cluster, jobs, 100);

        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 4], decisions.Select(decision => decision.Allocation.Accelerators));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decide_InAnyPool_StartsNothingBeforeAHigherPriorityThatCouldRunInItsPlace(bool hasTree)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var cluster = Cluster(random.Next(1, 6), random.Next(1, 4), hasTree ? [new TenantQuota { Name = "t0" }, new TenantQuota { Name = "t1", Weight = 2 }] : []);
            List<JobSnapshot> jobs = [];
            var policy = random.Next(2) == 0 ? Live() : SchedulingPolicies.Create("default", Quantum);
            var now = 1000.0;
            for (var round = 0; round < 15; round++, now += 5)
            {
                for (var i = random.Next(4); i > 0; i--)
                {
                    jobs.Add(RandomJob(random, cluster, $"j{seed}-{round}-{i}", now));
                }

                var before = jobs.ToArray();
                jobs = [.. Step(policy, cluster, jobs, now, 5)];
                Check(cluster, before, jobs, $"seed {seed}, round {round}");
                jobs.RemoveAll(job => !job.Allocation.IsEmpty && random.NextDouble() < 0.1);
            }
        }
    }

    // Counted: what is free, and what those hold that were started although they come later. What the policy leaves over of the shares of
    // tenants goes to whole jobs only, so that there parts are measured by parts.
    private static void Check(ClusterSnapshot cluster, JobSnapshot[] before, List<JobSnapshot> after, string where)
    {
        var parts = after.Where(job => job.Allocation.Device is not null).GroupBy(job => (job.Allocation.Device!.Value.Node, job.Allocation.Device!.Value.Device)).ToList();
        var free = cluster.Accelerators - parts.Count - after.Where(job => job.Fraction is null).Sum(job => job.Allocation.Accelerators);
        for (var i = 0; i < before.Length; i++)
        {
            var waits = after[i];
            if (!waits.Allocation.IsEmpty)
            {
                continue;
            }

            var later = Enumerable.Range(0, before.Length).Where(other => before[other].Allocation.IsEmpty && !after[other].Allocation.IsEmpty
                && after[other].Tenant == waits.Tenant && after[other].Priority < waits.Priority
                && (cluster.Tenants.IsFlat || waits.Fraction is null || after[other].Fraction is not null)).Select(other => after[other]).ToList();
            var freed = free + later.Where(job => job.Fraction is null).Sum(job => job.Allocation.Accelerators) + parts.Count(part => part.All(later.Contains));
            Assert.False(
                later.Count > 0 && freed >= waits.MinAccelerators,
                $"{where}: {waits.Id} of priority {waits.Priority} waits for {waits.MinAccelerators}; {string.Join(", ", later.Select(job => job.Id))} started, {freed} would be free.");
        }
    }

    private static JobSnapshot RandomJob(Random random, ClusterSnapshot cluster, string id, double now)
    {
        var isPart = random.Next(3) == 0;
        var least = isPart ? 1 : random.Next(1, cluster.Accelerators + 1);
        return new JobSnapshot
        {
            Id = id,
            Tenant = $"t{random.Next(2)}",
            SubmitSeconds = now,
            RequestedAccelerators = least,
            MinAccelerators = least,
            MaxAccelerators = isPart || random.Next(2) == 0 ? least : least + 2,
            Priority = random.Next(3),
            Fraction = isPart ? new DeviceFraction(random.Next(1, 4) / 4.0, 0) : null,
            IsPreemptible = random.Next(6) > 0,
            MinRunSeconds = random.Next(6) == 0 ? 20 : 0,
            RestartSeconds = 2,
        };
    }

    private static ISchedulingPolicy Live() => PolicyPipeline.Create("default", new PipelineOptions { Governance = Quantum });

    private static JobSnapshot Running(JobSnapshot job, double since) => job with
    {
        Allocation = Allocation.Of([new NodeShare(0, job.RequestedAccelerators)]), AllocatedSeconds = since, RunSeconds = 1,
    };

    private static JobSnapshot RunningPart(string tenant, int index, int node, double since) => new()
    {
        Id = $"part-{index}", Tenant = tenant, SubmitSeconds = since, RequestedAccelerators = 1, MaxAccelerators = 1,
        Fraction = new DeviceFraction(0.25, 0), Allocation = Allocation.OfDevice(new DeviceShare(node, 0, 0.25, 0)), AllocatedSeconds = since, RunSeconds = 1,
    };

    private static JobSnapshot Gang(string tenant, int accelerators, int priority, double submitted) =>
        Jobs(tenant, 1, accelerators, submitted).Single() with { Id = "gang", Priority = priority };
}
