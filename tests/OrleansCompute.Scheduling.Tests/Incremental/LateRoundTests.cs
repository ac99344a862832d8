using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using OrleansCompute.Scheduling.Tests.Governance;

namespace OrleansCompute.Scheduling.Tests.Incremental;

/// <summary>Answers about all jobs that come when others have decided about some of them.</summary>
public sealed class LateRoundTests
{
    private static readonly IncrementalOptions Few = new() { Waiting = 2, Running = 1, Starving = 1, StarvationSeconds = 200 };

    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reconcile_WhateverWasDecidedMeanwhile_KeepsAllPromises(string name) => Play(name, SchedulingPolicies.Create(name));

    [Theory, InlineData("default"), InlineData("las")]
    public void Reconcile_WithAllThatALivePoolDoes_KeepsAllPromises(string name) =>
        Play(name, PolicyPipeline.Create(name, new PipelineOptions { Reservations = new() { StarvationSeconds = 200 } }));

    [Theory]
    [MemberData(nameof(Names))]
    public void Reconcile_WhenNothingChanged_IsWhatWasDecided(string name)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (pool, policy) = (new RandomPool(seed), SchedulingPolicies.Create(name));
            for (var round = 0; round < 8; round++)
            {
                pool.Round(policy, decisions => Assert.Equal(decisions, LateRound.Reconcile(pool.Cluster, pool.Jobs, decisions)));
            }
        }
    }

    [Fact]
    public void Reconcile_WhenAnotherJobFilledTheQuota_StartsOnlyOtherTenantsJobs()
    {
        var cluster = TenantWorld.Cluster(2, 8, new TenantQuota { Name = "a", Quota = TenantWorld.Of("A", 4) }, new TenantQuota { Name = "b" });
        JobSnapshot[] jobs = [.. TenantWorld.Jobs("a", 1, 4), .. TenantWorld.Jobs("b", 1, 2), Holding("a", "came", 0, 4)];
        var late = LateRound.Reconcile(cluster, jobs, [Gets(1, 4), Gets(1, 2), null]);
        Assert.Equal([null, Gets(1, 2), null], late);
    }

    [Fact]
    public void Reconcile_WhenATenantsPartIsNotLent_LeavesItIdle()
    {
        var cluster = TenantWorld.Cluster(
            1, 8, new TenantQuota { Name = "a", Guaranteed = TenantWorld.Of("A", 4), LendingLimit = 0 }, new TenantQuota { Name = "b" });

        // b was decided to have the four that a does not keep; meanwhile another of b's came and got two of them.
        JobSnapshot[] jobs = [.. TenantWorld.Jobs("b", 2, 2), Holding("b", "came", 0, 2)];
        Assert.Equal([Gets(0, 2), null, null], LateRound.Reconcile(cluster, jobs, [Gets(0, 2), Gets(0, 2), null]));
    }

    [Fact]
    public void Reconcile_WhenTwoWereToChangePlacesAndOneIsTaken_BothStay()
    {
        var cluster = TenantWorld.Cluster(3, 4);
        JobSnapshot[] jobs = [Holding("a", "one", 0, 4), Holding("a", "two", 1, 2), Holding("a", "three", 2, 2)];
        JobDecision?[] swap = [Gets(1, 4), Gets(0, 2), null];
        Assert.Equal(swap, LateRound.Reconcile(cluster, jobs, swap));

        JobSnapshot[] taken = [.. jobs, Holding("a", "came", 1, 2)];
        Assert.Equal([null, null, null, null], LateRound.Reconcile(cluster, taken, [.. swap, null]));
    }

    [Fact]
    public void Reconcile_WhenAnotherOfTheGroupCameThere_KeepsThemApart()
    {
        var cluster = TenantWorld.Cluster(2, 4);
        JobSnapshot[] jobs =
        [
            TenantWorld.Jobs("a", 1).Single() with { AffinityGroup = "g", IsAntiAffine = true },
            Holding("a", "came", 0, 1) with { AffinityGroup = "g", IsAntiAffine = true },
        ];
        Assert.Equal([null, null], LateRound.Reconcile(cluster, jobs, [Gets(0, 1), null]));
        Assert.Equal([Gets(1, 1), null], LateRound.Reconcile(cluster, jobs, [Gets(1, 1), null]));
    }

    [Fact]
    public void Reconcile_WhenAPartHasNoRoomAnyMore_LeavesTheJobWaiting()
    {
        var cluster = TenantWorld.Cluster(1, 1);
        var part = new DeviceFraction(0.5, 0);
        JobSnapshot Part(string id, double share) => new()
        {
            Id = id, SubmitSeconds = 0, RequestedAccelerators = 1, MaxAccelerators = 1, Fraction = part,
            Allocation = share > 0 ? Allocation.OfDevice(new DeviceShare(0, 0, share, 0)) : Allocation.None,
        };
        var gets = new JobDecision(Allocation.OfDevice(new DeviceShare(0, 0, 0.5, 0)), "gets");
        Assert.Equal([gets, null], LateRound.Reconcile(cluster, [Part("waits", 0), Part("came", 0.5)], [gets, null]));
        Assert.Equal([null, null, null], LateRound.Reconcile(cluster, [Part("waits", 0), Part("came", 0.5), Part("also", 0.5)], [gets, null, null]));
    }

    [Fact]
    public void Reconcile_WhenAJobIsLeftOutForWhichAnotherWasToStop_ThatGoesOn()
    {
        var stops = new JobDecision(Allocation.None, "stops");
        JobSnapshot[] jobs = [Holding("a", "victim", 0, 2), .. TenantWorld.Jobs("a", 1, 4), Holding("a", "came", 0, 2)];
        Assert.Equal([stops, Gets(0, 4)], LateRound.Reconcile(TenantWorld.Cluster(1, 4), jobs[..2], [stops, Gets(0, 4)]));
        Assert.Equal([null, null, null], LateRound.Reconcile(TenantWorld.Cluster(1, 4), jobs, [stops, Gets(0, 4), null]));

        // Two stop for two; one of these does not come, and the more urgent keeps what that leaves.
        JobSnapshot[] more = [jobs[0], Holding("a", "urgent", 0, 2) with { Priority = 1 }, .. TenantWorld.Jobs("a", 2, 2), Holding("a", "came", 1, 4)];
        var both = new JobDecision(Allocation.Of([new NodeShare(0, 1), new NodeShare(1, 1)]), "gets");
        Assert.Equal([stops, null, null, Gets(0, 2), null], LateRound.Reconcile(TenantWorld.Cluster(2, 4), more, [stops, stops, both, Gets(0, 2), null]));

        // Who is refused, or has nothing to do with who is left out, stops all the same.
        var never = stops with { IsRefused = true };
        Assert.Equal([never, null, null], LateRound.Reconcile(TenantWorld.Cluster(1, 4), jobs, [never, Gets(0, 4), null]));
        JobSnapshot[] apart = [.. jobs, Holding("b", "elsewhere", 1, 2)];
        Assert.Equal([null, null, null, stops], LateRound.Reconcile(TenantWorld.Cluster(2, 4), apart, [stops, Gets(0, 4), null, stops]));
    }

    [Fact]
    public void Reconcile_WhenALimitHasBecomeLess_GivesBackOnlyWithinIt()
    {
        var cluster = TenantWorld.Cluster(2, 4, new TenantQuota { Name = "a", MaxAccelerators = 3 });
        JobSnapshot[] jobs = [Holding("a", "one", 0, 2), Holding("a", "two", 0, 2), .. TenantWorld.Jobs("a", 1, 3), Holding("b", "came", 1, 4)];
        var stops = new JobDecision(Allocation.None, "stops");
        Assert.Equal([null, stops, null, null], LateRound.Reconcile(cluster, jobs, [stops, stops, Gets(1, 3), null]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Refuse_WhenAChainOfMovesBreaks_LooksAtEachJobAFewTimes(bool hasTenants)
    {
        // Each goes to the place of the one before it; the first one's is taken, and in the order of the jobs the news comes last.
        const int Count = 500;
        var cluster = hasTenants ? TenantWorld.Cluster(Count + 1, 1, new TenantQuota { Name = "a", MaxAccelerators = Count + 1 }) : TenantWorld.Cluster(Count + 1, 1);
        JobSnapshot[] jobs = [.. Enumerable.Range(0, Count).Select(i => Holding("a", $"j{i}", i, 1)), Holding("a", "came", Count, 1)];
        JobDecision?[] moves = [.. Enumerable.Range(0, Count).Select(i => Gets(i + 1, 1)), null];
        var holdings = new LateHoldings(cluster, jobs);
        for (var job = 0; job < jobs.Length; job++)
        {
            holdings.Change(job, moves[job]?.Allocation ?? jobs[job].Allocation, 1);
        }

        var takers = new LateTakers(cluster, jobs, holdings, moves, [.. Enumerable.Range(0, Count)]);
        Assert.Equal(Count, takers.Refuse().Count);
        Assert.InRange(takers.Looks, Count, 2 * Count);
        Assert.All(moves, Assert.Null);
    }

    [Fact]
    public void Reconcile_WithoutADecisionForEachJob_IsRefused() => Assert.Contains(
        "0 entries for 1 jobs", Assert.Throws<ArgumentException>(() => LateRound.Reconcile(TenantWorld.Cluster(1, 1), [.. TenantWorld.Jobs("a", 1)], [])).Message, StringComparison.Ordinal);

    private static JobDecision Gets(int node, int accelerators) => new(Allocation.Of([new NodeShare(node, accelerators)]), "gets");

    private static JobSnapshot Holding(string tenant, string id, int node, int accelerators) =>
        TenantWorld.Jobs(tenant, 1, accelerators).Single() with { Id = id, Allocation = Allocation.Of([new NodeShare(node, accelerators)]) };

    private static void Play(string name, ISchedulingPolicy policy)
    {
        var (kept, left) = (0, 0);
        for (var seed = 0; seed < 25; seed++)
        {
            var pool = new RandomPool(seed);
            var late = new LatePolicy(policy);
            for (var round = 0; round < 16; round++)
            {
                pool.Round(late, decisions => PromiseCheck.All(policy, pool, decisions));
            }

            (kept, left) = (kept + late.Kept, left + late.LeftOut);
        }

        // What this shows, it shows of answers that had something to be kept and something to be left out.
        Assert.True(kept > 3 && left > 3, $"{name}: {kept} decisions kept, {left} left out");
    }

    /// <summary>Asks about all, decides about a few in two rounds that follow, and then takes over what was answered.</summary>
    private sealed class LatePolicy(ISchedulingPolicy policy) : ISchedulingPolicy
    {
        private Dictionary<string, (Allocation Held, JobDecision Decision)> _answer = [];
        private int _rounds;

        public string Name => policy.Name;

        public bool IsElastic => policy.IsElastic;

        public int Kept { get; private set; }

        public int LeftOut { get; private set; }

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            if (_rounds++ % 4 == 0)
            {
                var decisions = policy.Decide(cluster, jobs, nowSeconds);
                _answer = Enumerable.Range(0, jobs.Count).ToDictionary(job => jobs[job].Id, job => (jobs[job].Allocation, decisions[job]));
            }

            return [.. (_rounds % 4 == 0 ? Late(cluster, jobs) : Ask(cluster, jobs, nowSeconds)).Select(
                (decision, job) => decision ?? new JobDecision(jobs[job].Allocation, "keeps what it has", jobs[job].Memo))];
        }

        private IReadOnlyList<JobDecision?> Ask(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double now) =>
            IncrementalRound.Decide(policy, cluster, jobs, [.. Enumerable.Range(0, jobs.Count).Where(job => jobs[job].SubmitSeconds >= now)], now, Few);

        private IReadOnlyList<JobDecision?> Late(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs)
        {
            var known = jobs.Select(job => _answer.TryGetValue(job.Id, out var answer) && answer.Held.Equals(job.Allocation) ? answer.Decision : null).ToList();
            var late = LateRound.Reconcile(cluster, jobs, known);
            for (var job = 0; job < jobs.Count; job++)
            {
                Assert.True(late[job] is null || ReferenceEquals(late[job], known[job]));
                if (known[job] is { } decision && !decision.Allocation.Equals(jobs[job].Allocation))
                {
                    Kept += late[job] is null ? 0 : 1;
                    LeftOut += late[job] is null ? 1 : 0;
                }
            }

            return late;
        }
    }
}
