using System.Collections.Immutable;
using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Scheduling.Tests.Governance;
using OrleansCompute.Scheduling.Tests.Policies;

namespace OrleansCompute.Scheduling.Tests.Incremental;

/// <summary>Whatever comes: incremental decisions keep what whole rounds promise, and whole rounds go on from them.</summary>
public sealed class IncrementalConformanceTests
{
    private static readonly IncrementalOptions Few = new() { Waiting = 2, Running = 1, Starving = 1, StarvationSeconds = 200 };

    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_InAnyPool_KeepsAllPromises(string name) => Each(40, seed => Play(seed, SchedulingPolicies.Create(name)));

    [Theory, InlineData("default"), InlineData("tiresias")]
    public void Decide_WithAllThatALivePoolDoes_KeepsAllPromises(string name) => Each(
        40, seed => Play(seed, PolicyPipeline.Create(name, new PipelineOptions { Reservations = new() { StarvationSeconds = 200 } })));

    // Not for fifo: the first of a tenant holds up its others, and then what is promised to it goes on to others, as in a whole round.
    [Theory, InlineData("default"), InlineData("las")]
    public void Decide_WhileAGuaranteeIsNotFilled_GivesNobodyElseWhatItsJobsCouldTake(string name) => Each(100, seed =>
    {
        var (random, policy) = (new Random(seed), SchedulingPolicies.Create(name));
        var cluster = TenantWorld.Cluster(
            4, 4, [.. Enumerable.Range(0, 4).Select(i => new TenantQuota { Name = $"t{i}", Guaranteed = TenantWorld.Of("A", random.Next(5)), LendingLimit = i == 0 ? 0 : null })]);
        var jobs = Enumerable.Range(0, 30).Select(i => Make(i, random)).ToList();
        Take(jobs, policy.Decide(cluster, jobs, 0), 0);
        for (var step = 1; step <= 30; step++)
        {
            var running = Enumerable.Range(0, jobs.Count).Where(job => !jobs[job].Allocation.IsEmpty).ToList();
            int[] changed = [];
            if (random.Next(2) == 0 && running.Count > 0)
            {
                jobs.RemoveAt(running[random.Next(running.Count)]);
            }
            else
            {
                jobs.Add(Make(100 + step, random));
                changed = [jobs.Count - 1];
            }

            var before = cluster.Tenants.Tenants.ToDictionary(tenant => tenant.Name, tenant => Held(jobs, tenant.Name));
            Take(jobs, IncrementalRound.Decide(policy, cluster, jobs, changed, step, Few), step);

            // What tenants got beyond their guarantees, and what is free: nobody could have started with it within a guarantee.
            var idle = 16 - jobs.Sum(job => job.Allocation.Accelerators);
            var beyond = cluster.Tenants.Tenants.Sum(
                tenant => Math.Max(0, Held(jobs, tenant.Name) - Math.Max(before[tenant.Name], tenant.Guaranteed.GetValueOrDefault("A"))));
            foreach (var tenant in beyond > 0 ? cluster.Tenants.Tenants : [])
            {
                var lacks = tenant.Guaranteed.GetValueOrDefault("A") - Held(jobs, tenant.Name);
                Assert.False(
                    jobs.Exists(job => job.Tenant == tenant.Name && job.Allocation.IsEmpty && job.MinAccelerators <= Math.Min(lacks, idle + beyond)),
                    $"{beyond} went to others while {tenant.Name} lacks {lacks} of its guarantee, and {idle} are idle");
            }

            // What t0 does not lend stays idle for the others.
            var isOthersGrowing = cluster.Tenants.Tenants.Any(other => other.Name != "t0" && Held(jobs, other.Name) > Math.Max(before[other.Name], other.Guaranteed.GetValueOrDefault("A")));
            Assert.True(!isOthersGrowing || idle >= cluster.Tenants.Tenants[0].Guaranteed.GetValueOrDefault("A") - Held(jobs, "t0"));
        }
    });

    [Fact]
    public void Decide_WhenThePromisesNeedMoreJobsThanAreAsked_AsksNobodyElse()
    {
        var cluster = TenantWorld.Cluster(2, 8, new TenantQuota { Name = "a", Guaranteed = TenantWorld.Of("A", 12) }, new TenantQuota { Name = "b" });
        List<JobSnapshot> jobs = [.. TenantWorld.Jobs("b", 20), .. TenantWorld.Jobs("a", 20, submitSeconds: 1)];
        var policy = SchedulingPolicies.Create("fifo");
        Take(jobs, IncrementalRound.Decide(policy, cluster, jobs, [0], 2, Few), 2);
        Assert.Equal((8, 0), (Held(jobs, "a"), Held(jobs, "b")));
        Take(jobs, IncrementalRound.Decide(policy, cluster, jobs, [0], 3, Few), 3);
        Assert.InRange(Held(jobs, "a"), 12, 16);
    }

    [Fact]
    public void Decide_WhenNotAllPromisedAreAsked_NoRunningJobGrowsIntoWhatTheyCouldTake()
    {
        var cluster = TenantWorld.Cluster(2, 8, new TenantQuota { Name = "a", Guaranteed = TenantWorld.Of("A", 12) }, new TenantQuota { Name = "b" });
        var urgent = PolicyWorld.Elastic("urgent") with { Tenant = "b", DeadlineSeconds = 50, Allocation = Allocation.Of([new NodeShare(0, 2)]) };
        List<JobSnapshot> jobs = [urgent with { RequestedAccelerators = 16, MaxAccelerators = 16 }, .. TenantWorld.Jobs("a", 20, submitSeconds: 1)];
        Take(jobs, IncrementalRound.Decide(PolicyPipeline.Create("default"), cluster, jobs, [], 2, Few), 2);
        Assert.Equal((8, 2), (Held(jobs, "a"), Held(jobs, "b")));
    }

    [Fact]
    public void Decide_WhenTheFirstOfTheQueueAreAtTheirLimit_StartsAnothers()
    {
        var cluster = TenantWorld.Cluster(
            2, 4, new TenantQuota { Name = "a", Quota = TenantWorld.Of("A", 6) }, new TenantQuota { Name = "b", Quota = TenantWorld.Of("A", 8) });
        var jobs = TenantWorld.Jobs("a", 40).Concat(TenantWorld.Jobs("b", 10, submitSeconds: 1)).ToList();
        var policy = SchedulingPolicies.Create("fifo");
        Take(jobs, policy.Decide(cluster, jobs, 2), 2);
        jobs.RemoveAll(job => job.Tenant == "b" && !job.Allocation.IsEmpty);
        while (Held(jobs, "a") < 6)
        {
            var next = jobs.FindIndex(job => job.Tenant == "a" && job.Allocation.IsEmpty);
            jobs[next] = jobs[next] with { Allocation = Allocation.Of([new NodeShare(FreeNode(cluster, jobs), 1)]) };
        }

        var decisions = IncrementalRound.Decide(policy, cluster, jobs, [], 5, Few);
        Take(jobs, decisions, 5);
        Assert.Equal((6, 2), (Held(jobs, "a"), Held(jobs, "b")));
        Assert.True(decisions.Count(decision => decision is not null) <= 4);
    }

    [Fact]
    public void Decide_WhenManyHaveDeadlines_IsAWholeRound()
    {
        var jobs = TenantWorld.Jobs("a", 20).Select(job => job with { DeadlineSeconds = 1e6 }).ToList();
        var cluster = TenantWorld.Cluster(1, 4, new TenantQuota { Name = "a" });
        var policy = PolicyPipeline.Create("default");
        Assert.DoesNotContain(null, IncrementalRound.Decide(policy, cluster, jobs, [0], 1, Few with { Deadlines = 19 }));
    }

    [Fact]
    public void Decide_WhenANodeHasFewerThanIsHeld_IsAWholeRound()
    {
        var cluster = TenantWorld.Cluster(2, 4, new TenantQuota { Name = "a" });
        var jobs = TenantWorld.Jobs("a", 12).ToList();
        var policy = SchedulingPolicies.Create("fifo");
        Take(jobs, policy.Decide(cluster, jobs, 0), 0);
        var less = new ClusterSnapshot(cluster.Nodes.SetItem(0, cluster.Nodes[0] with { Accelerators = 1 }), cluster.Tenants);
        Take(jobs, IncrementalRound.Decide(policy, less, jobs, [], 1, Few with { Waiting = 1, Running = 0 }), 1);
        Assert.Equal(5, jobs.Sum(job => job.Allocation.Accelerators));
    }

    private static void Each(int seeds, Action<int> test)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            test(seed);
        }
    }

    private static void Play(int seed, ISchedulingPolicy policy)
    {
        var pool = new RandomPool(seed);
        var few = new FewPolicy(policy);
        for (var round = 0; round < 12; round++)
        {
            pool.Round(round % 4 == 0 ? policy : few, decisions => PromiseCheck.All(policy, pool, decisions));
        }
    }

    private static JobSnapshot Make(int number, Random random) => TenantWorld.Jobs($"t{random.Next(4)}", 1, 1 + random.Next(2), number).Single() with
    {
        Id = $"j{number}", Priority = random.Next(2),
    };

    private static int Held(IEnumerable<JobSnapshot> jobs, string tenant) => jobs.Where(job => job.Tenant == tenant).Sum(job => job.Allocation.Accelerators);

    private static int FreeNode(ClusterSnapshot cluster, List<JobSnapshot> jobs) => Enumerable.Range(0, cluster.Nodes.Length).First(
        node => jobs.SelectMany(job => job.Allocation.Shares).Where(share => share.Node == node).Sum(share => share.Accelerators) < cluster.Nodes[node].Accelerators);

    private static void Take(List<JobSnapshot> jobs, IReadOnlyList<JobDecision?> decisions, double now)
    {
        for (var job = 0; job < jobs.Count; job++)
        {
            jobs[job] = decisions[job] is { } decision
                ? jobs[job] with
                {
                    Allocation = decision.Allocation,
                    Memo = decision.Memo,
                    AllocatedSeconds = decision.Allocation.Equals(jobs[job].Allocation) ? jobs[job].AllocatedSeconds : now,
                }
                : jobs[job];
        }
    }

    /// <summary>Asks about the newest jobs and a few others; the rest keep what they have.</summary>
    private sealed class FewPolicy(ISchedulingPolicy policy) : ISchedulingPolicy
    {
        public string Name => policy.Name;

        public bool IsElastic => policy.IsElastic;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            var changed = Enumerable.Range(0, jobs.Count).Where(job => jobs[job].SubmitSeconds >= nowSeconds).ToImmutableArray();
            return [.. IncrementalRound.Decide(policy, cluster, jobs, changed, nowSeconds, Few).Select(
                (decision, job) => decision ?? new JobDecision(jobs[job].Allocation, "keeps what it has", jobs[job].Memo))];
        }
    }
}
