using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>A job that has just started is not stopped for its equals.</summary>
public sealed class SettlingTests
{
    private const double Now = 1000;

    [Theory]
    [InlineData(0, 3, 0, false)]
    [InlineData(10, 3, 0, true)]
    [InlineData(10, 19, 0, true)]
    [InlineData(10, 20, 0, false)]
    [InlineData(10, 3, 1, false)]
    public void Decide_WhenShortJobsComeToAJobThatHasJustStarted_TheyWaitUntilItsRestartPaidBack(double restarts, double ran, int priority, bool isKept)
    {
        var decisions = Policy(restarts).Decide(Cluster(2, 1), Pool(ran, priority), Now);

        Assert.Equal(isKept ? [2, 0, 0] : [0, 1, 1], decisions.Select(decision => decision.Allocation.Accelerators));
        if (isKept)
        {
            Assert.Contains($"it has run {ran:0} s, and for 20 s it is not stopped for others of no higher priority", decisions[0].Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decide_WhenItsNodeGoes_IsNotHeld()
    {
        var cluster = Cluster(2, 1);
        var draining = new ClusterSnapshot(cluster.Nodes.SetItem(0, cluster.Nodes[0] with { IsDraining = true }));

        Assert.Equal([0, 1, 0], Policy(10).Decide(draining, Pool(3, 0), Now).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenAnotherTenantIsOwedItsShare_IsNotHeld()
    {
        var cluster = Cluster(2, 1, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y", Guaranteed = Of("A", 2) });
        JobSnapshot[] jobs = [Pool(3, 0)[0] with { Tenant = "x" }, .. Jobs("y", 2, 1, Now)];

        Assert.Equal([0, 1, 1], Policy(10).Decide(cluster, jobs, Now).Select(decision => decision.Allocation.Accelerators));
    }

    [Theory]
    [InlineData("quota")]
    [InlineData("all")]
    [InlineData("borrowing")]
    public void Decide_WhenALimitOfItsTenantWasLowered_IsNotHeldBeyondIt(string limit)
    {
        var x = limit switch
        {
            "quota" => new TenantQuota { Name = "x", Quota = Of("A", 3) },
            "all" => new TenantQuota { Name = "x", MaxAccelerators = 3 },
            _ => new TenantQuota { Name = "x", Guaranteed = Of("A", 1), BorrowingLimit = 2 },
        };
        var jobs = Running("x");

        var decisions = Policy(10).Decide(Cluster(4, 1, x), jobs, Now);

        // Both have just started, and only one of them may go on.
        Assert.Equal([2, 0, 1], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Equal([2, 0, 1], Policy(0).Decide(Cluster(4, 1, x), jobs, Now).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenItsTenantIsAtItsLimit_IsHeldWithinIt()
    {
        var cluster = Cluster(4, 1, new TenantQuota { Name = "x", MaxAccelerators = 2 });
        JobSnapshot[] jobs = [.. Pool(3, 0).Select(job => job with { Tenant = "x" })];

        Assert.Equal([0, 1, 1], Policy(0).Decide(cluster, jobs, Now).Select(decision => decision.Allocation.Accelerators));
        Assert.Equal([2, 0, 0], Policy(10).Decide(cluster, jobs, Now).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhileShortJobsKeepComing_StopsAJobNoMoreThanOnceInTheTime()
    {
        int Stops(double restarts)
        {
            var (stops, jobs) = (0, new List<JobSnapshot>(Pool(60, 0)[..1]));
            for (var second = 0; second < 120; second++)
            {
                if (second % 4 == 0)
                {
                    jobs.AddRange(Jobs("", 2, 1, Now + second));
                }

                var had = !jobs[0].Allocation.IsEmpty;
                jobs = [.. Step(Policy(restarts), Cluster(2, 1), jobs, Now + second, 1)];
                stops += had && jobs[0].Allocation.IsEmpty ? 1 : 0;
                jobs.RemoveAll(job => job.RequestedAccelerators == 1 && job.RunSeconds >= 2);
            }

            return stops;
        }

        var (without, with) = (Stops(0), Stops(10));
        Assert.True(without >= 20, $"{without} stops without the rule");
        Assert.InRange(with, 1, 7);
    }

    private static ISchedulingPolicy Policy(double restarts) =>
        PolicyPipeline.Create("default", new PipelineOptions { Governance = new GovernanceOptions { SettleRestarts = restarts, FairShareQuantumSeconds = 30 } });

    private static JobSnapshot[] Running(string tenant) =>
    [
        .. Jobs(tenant, 2, 2).Select((job, i) => job with
        {
            Allocation = Allocation.Of([new NodeShare(2 * i, 1), new NodeShare((2 * i) + 1, 1)]), AllocatedSeconds = Now - 5 + (2 * i), RestartSeconds = 2,
        }),
        .. Jobs(tenant, 1, 1, Now),
    ];

    // One that has had much service, so that all that come go before it.
    private static JobSnapshot[] Pool(double ran, int priority) =>
    [
        Jobs("", 1, 2).Single() with
        {
            Id = "elastic", MaxAccelerators = 4, Allocation = Allocation.Of([new NodeShare(0, 1), new NodeShare(1, 1)]), AllocatedSeconds = Now - ran,
            RunSeconds = 500, AttainedAcceleratorSeconds = 1000, RestartSeconds = 2,
        },
        .. Jobs("", 2, 1, Now).Select(job => job with { Priority = priority }),
    ];
}
