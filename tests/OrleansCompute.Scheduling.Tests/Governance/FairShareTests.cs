using System.Collections.Immutable;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

public sealed class FairShareTests
{
    public static TheoryData<string> Names => PolicyConformanceTests.Names;

    [Fact]
    public void Decide_ForAnyTree_SharesLikeTheReference() => PolicyConformanceTests.ForSeeds(60, seed =>
    {
        var random = new Random(seed);
        var tenants = Tenants(random);
        var tree = TenantTree.Create(tenants);
        var demand = tree.Tenants.Where((_, i) => tree.ChildrenOf(i).IsEmpty).ToDictionary(tenant => tenant.Name, _ => (double)random.Next(0, 60), StringComparer.Ordinal);
        var cluster = Cluster(16, 8, tenants);
        var jobs = demand.SelectMany(entry => Jobs(entry.Key, (int)entry.Value)).ToList();

        var decisions = SchedulingPolicies.Create("las").Decide(cluster, jobs, 0);
        var expected = new FairShareReference(tree, demand, "A").Share(cluster.Accelerators);

        // Whole accelerators round once on each level.
        Assert.All(demand.Keys, name => Assert.InRange(Held(jobs, decisions, name), expected[name] - 3, expected[name] + 3));
        Assert.Equal(demand.Keys.Sum(name => expected[name]), decisions.Sum(decision => decision.Allocation.Amount), 0);
    });

    [Theory, InlineData(0.125, 10, 10), InlineData(0, 10, 9), InlineData(0.125, 13, 9)]
    public void Decide_WhenATenantIsALittleOverItsShare_LeavesItsJobsAlone(double tolerance, int held, int expected)
    {
        var cluster = Cluster(1, 16, new TenantQuota { Name = "a" }, new TenantQuota { Name = "b" });
        var policy = SchedulingPolicies.Create("default", new GovernanceOptions { ShareTolerance = tolerance });
        JobSnapshot[] jobs =
        [
            Running("a", held),
            Running("b", 16 - held),
        ];

        // No quantum protects them any more; a half is 9 and 7, as shares are filled by halves of what a job has.
        var decisions = policy.Decide(cluster, jobs, 1e5);

        Assert.Equal([expected, 16 - expected], decisions.Select(decision => decision.Allocation.Accelerators));

        static JobSnapshot Running(string tenant, int count) => new()
        {
            Id = tenant, Tenant = tenant, SubmitSeconds = 0, RequestedAccelerators = 4, MaxAccelerators = 16, RunSeconds = 9e4,
            AttainedAcceleratorSeconds = 1e6, Allocation = Allocation.Of([new NodeShare(0, count)]), Goodput = new Linear(),
        };
    }

    [Fact]
    public void Decide_WhenSomebodyWaits_GivesBackTheLittleAsWell()
    {
        var cluster = Cluster(1, 3, new TenantQuota { Name = "a" }, new TenantQuota { Name = "b" });
        JobSnapshot[] jobs =
        [
            new()
            {
                Id = "a", Tenant = "a", SubmitSeconds = 0, RequestedAccelerators = 3, MaxAccelerators = 3, RunSeconds = 9e4,
                AttainedAcceleratorSeconds = 1e5, Allocation = Allocation.Of([new NodeShare(0, 3)]), Goodput = new Linear(),
            },
            new() { Id = "b", Tenant = "b", SubmitSeconds = 1e5, RequestedAccelerators = 1, MaxAccelerators = 1, Goodput = new Linear() },
        ];

        Assert.Equal([2, 1], SchedulingPolicies.Create("default").Decide(cluster, jobs, 1e5).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenTypesDifferInSpeed_SharesMeasuredCompute()
    {
        var cluster = new ClusterSnapshot(
            [
                new NodeSnapshot { Name = "fast", AcceleratorType = "F", Accelerators = 8, ScoreGflops = 3 },
                new NodeSnapshot { Name = "slow", AcceleratorType = "S", Accelerators = 24, ScoreGflops = 1 },
            ],
            TenantTree.Create([new() { Name = "a" }, new() { Name = "b" }]));
        List<JobSnapshot> jobs = [.. Jobs("a", 40).Select(job => job with { Types = ["F"] }), .. Jobs("b", 40).Select(job => job with { Types = ["S"] })];

        var decisions = SchedulingPolicies.Create("fifo").Decide(cluster, jobs, 0);

        // Each has half of the compute; by count, b would have three times as much.
        Assert.Equal(8, Held(jobs, decisions, "a"));
        Assert.Equal(24, Held(jobs, decisions, "b"));
    }

    [Fact]
    public void Decide_WhenCoresAreScarce_CountsTheDominantResource()
    {
        var cluster = new ClusterSnapshot(
            [new NodeSnapshot { Name = "n", AcceleratorType = "A", Accelerators = 20, CpuCores = 40 }], TenantTree.Create([new() { Name = "a" }, new() { Name = "b" }]));
        List<JobSnapshot> jobs = [.. Jobs("a", 30).Select(job => job with { CpuCoresPerAccelerator = 4 }), .. Jobs("b", 30)];

        var decisions = SchedulingPolicies.Create("fifo").Decide(cluster, jobs, 0);

        // 4 of 40 cores is a tenth, 1 of 20 accelerators a twentieth: a gets half as many jobs.
        Assert.InRange(Held(jobs, decisions, "a"), 6, 7);
        Assert.InRange(Held(jobs, decisions, "b"), 13, 14);
    }

    [Fact]
    public void Decide_WhenOneUsedMoreBefore_GivesItLess()
    {
        TenantQuota[] tenants = [new() { Name = "a", PastUse = 16 * 7 * 86_400 }, new() { Name = "b" }];
        var cluster = Cluster(2, 8, tenants);
        List<JobSnapshot> jobs = [.. Jobs("a", 20), .. Jobs("b", 20)];

        var decisions = SchedulingPolicies.Create("fifo").Decide(cluster, jobs, 0);
        var without = SchedulingPolicies.Create("fifo", new GovernanceOptions { HistoryWeight = 0 }).Decide(cluster, jobs, 0);

        Assert.InRange(Held(jobs, decisions, "a"), 3, 6);
        Assert.Equal(8, Held(jobs, without, "a"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenTheOwnerComesBack_GivesTheGuaranteeAtOnce(string name)
    {
        var cluster = Cluster(4, 4, new TenantQuota { Name = "owner", Guaranteed = Of("A", 12) }, new TenantQuota { Name = "guest" });
        var policy = SchedulingPolicies.Create(name);
        var jobs = Step(policy, cluster, [.. Jobs("guest", 20)], 0, 60);
        Assert.Equal(16, jobs.Sum(job => job.Allocation.Amount));

        jobs = [.. jobs, .. Jobs("owner", 3, 4, 60)];
        var decisions = policy.Decide(cluster, jobs, 60);

        Assert.Equal(12, Held(jobs, decisions, "owner"));
        Assert.Equal(4, Held(jobs, decisions, "guest"));
        Assert.All(Enumerable.Range(0, 16).Where(job => decisions[job].Allocation.IsEmpty), job => Assert.Contains("gives up 1 × A", decisions[job].Reason, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenSmallJobsKeepComing_AGangOfAnotherTenantStarts(string name)
    {
        var cluster = Cluster(2, 4, new TenantQuota { Name = "crowd", Weight = 3 }, new TenantQuota { Name = "gang" });
        var policy = SchedulingPolicies.Create(name);
        JobSnapshot[] jobs = [.. Jobs("crowd", 8)];
        var random = new Random(1);
        for (var round = 1; round < 80; round++)
        {
            jobs = Step(policy, cluster, jobs, 60 * round, 60);
            if (jobs.Any(job => job.Tenant == "gang" && !job.Allocation.IsEmpty))
            {
                return;
            }

            jobs = [.. jobs.Where(job => job.Allocation.IsEmpty || random.Next(6) > 0), .. Jobs("crowd", 2, 1, 60 * round), .. round == 5 ? Jobs("gang", 1, 8, 300) : []];
        }

        Assert.Fail("The gang waited for 75 minutes; the patience is 30.");
    }

    [Fact]
    public void Decide_WhenTenantsTakeTurns_LeavesEachItsQuantum()
    {
        var cluster = Cluster(1, 4, new TenantQuota { Name = "a" }, new TenantQuota { Name = "b" });
        var policy = SchedulingPolicies.Create("las");
        var use = new TenantUsage(3600);
        JobSnapshot[] jobs = [.. Jobs("a", 1, 4), .. Jobs("b", 1, 4)];
        var (changes, held) = (0, new double[2]);
        for (var round = 0; round < 240; round++)
        {
            var before = jobs[0].Allocation.IsEmpty;
            jobs = Step(policy, cluster.WithTenants(cluster.Tenants.WithPastUse(use.At(60 * round))), jobs, 60 * round, 60);
            changes += jobs[0].Allocation.IsEmpty != before ? 1 : 0;
            use.Add(jobs[0].Allocation.IsEmpty ? "b" : "a", 4 * 60, 60 * (round + 1));
            held[jobs[0].Allocation.IsEmpty ? 1 : 0]++;
        }

        Assert.InRange(changes, 4, 25);
        Assert.InRange(held[0] / 240, 0.4, 0.6);
    }

    [Theory]
    [InlineData(null, 16, 0)]
    [InlineData(2, 10, 0)]
    [InlineData(0, 8, 0)]
    public void Decide_WhenAGuaranteeIsIdle_LendsAsMuchAsIsAllowed(int? lending, int guest, int owner)
    {
        var cluster = Cluster(2, 8, new TenantQuota { Name = "owner", Guaranteed = Of("A", 8), LendingLimit = lending }, new TenantQuota { Name = "guest" });
        List<JobSnapshot> jobs = [.. Jobs("guest", 30)];

        var decisions = SchedulingPolicies.Create("las").Decide(cluster, jobs, 0);

        Assert.Equal(guest, Held(jobs, decisions, "guest"));
        Assert.Equal(owner, Held(jobs, decisions, "owner"));
    }

    [Fact]
    public void Decide_WhenBorrowingIsLimited_StaysBelowAndSaysWhy()
    {
        var cluster = Cluster(2, 8, new TenantQuota { Name = "a", Guaranteed = Of("A", 4), BorrowingLimit = 3 });
        List<JobSnapshot> jobs = [.. Jobs("a", 9)];

        var decisions = SchedulingPolicies.Create("las").Decide(cluster, jobs, 0);

        Assert.Equal(7, Held(jobs, decisions, "a"));
        Assert.Equal("needs 1; tenant 'a' would hold 4 more than it is guaranteed; it may borrow 3", Why(decisions));
    }

    [Fact]
    public void Decide_WhenTheParentHasAQuota_ItHoldsForAllChildrenTogether()
    {
        var cluster = Cluster(
            2, 8, new TenantQuota { Name = "top", Quota = Of("A", 6) }, new TenantQuota { Name = "x", Parent = "top" }, new TenantQuota { Name = "y", Parent = "top", Weight = 2 });
        List<JobSnapshot> jobs = [.. Jobs("x", 9), .. Jobs("y", 9)];

        var decisions = SchedulingPolicies.Create("default").Decide(cluster, jobs, 0);

        Assert.Equal(2, Held(jobs, decisions, "x"));
        Assert.Equal(4, Held(jobs, decisions, "y"));
        Assert.Equal("needs 1; tenant 'top' holds 6 of its quota of 6 × A", Why(decisions));
    }

    private static string Why(IReadOnlyList<JobDecision> decisions) => decisions.First(decision => decision.Allocation.IsEmpty).Reason;

    private static TenantQuota[] Tenants(Random random)
    {
        var tenants = new List<TenantQuota>();
        for (var top = 0; top < random.Next(1, 4); top++)
        {
            var children = random.Next(0, 4);
            var promised = random.Next(0, 3) * 6;
            tenants.Add(new TenantQuota
            {
                Name = $"t{top}", Weight = random.Next(1, 4), MaxAccelerators = random.Next(3) == 0 ? random.Next(20, 100) : null,
                Guaranteed = promised > 0 ? Of("A", promised) : ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
            });
            for (var child = 0; child < children; child++)
            {
                tenants.Add(new TenantQuota
                {
                    Name = $"t{top}-{child}", Parent = $"t{top}", Weight = random.Next(1, 4),
                    Quota = random.Next(3) == 0 ? Of("A", random.Next(6, 40)) : ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
                    Guaranteed = promised > 0 && random.Next(2) == 0 ? Of("A", promised / 3) : ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal),
                });
            }
        }

        return [.. tenants];
    }

    private sealed class Linear : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => accelerators;

        public int MaxTrustedAccelerators(string acceleratorType) => 64;
    }
}
