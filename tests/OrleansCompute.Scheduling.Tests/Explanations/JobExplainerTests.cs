using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Explanations;

public sealed class JobExplainerTests
{
    private static readonly JobExplainer Cheap = new(JobLengths.None, new ExplanationOptions { Forecast = null });

    public static TheoryData<string> Policies() => [.. SchedulingPolicies.Names];

    [Theory, MemberData(nameof(Policies))]
    public void Explain_WhenItSaysThatAChangeWouldStartTheJob_TheSamePolicyStartsIt(string name) => Check(name, (policy, round, job) =>
    {
        foreach (var option in Cheap.Explain(round, job).WouldStart)
        {
            var jobs = round.Jobs.Select(other => option.Change.Jobs.Any(change => change.JobId == other.Id) ? option.Change.Jobs[0].Apply(other) : other).ToList();
            var cluster = round.Cluster;
            foreach (var quota in option.Change.Quotas)
            {
                cluster = cluster.WithTenants(TenantTree.Create([.. cluster.Tenants.Tenants.Select(tenant => tenant.Name == quota.Tenant ? quota.Apply(tenant) : tenant)]));
            }

            var asked = SchedulingPolicies.Create(policy.Name).Decide(cluster, jobs, round.NowSeconds)[jobs.FindIndex(other => other.Id == job)];
            Assert.False(asked.Allocation.IsEmpty, option.Text);
            Assert.Equal(asked.Allocation, option.Allocation);
            if (option.Change.Jobs is [{ MinAccelerators: { } min }])
            {
                Assert.InRange(asked.Allocation.Accelerators, min, Cheap.Explain(round, job).Needed + 16);
                Assert.True(min < Cheap.Explain(round, job).Needed);
            }
        }
    });

    [Theory, MemberData(nameof(Policies))]
    public void ExplainAll_OfAnyPool_CountsAsTheSnapshotSays(string name) => Check(name, (policy, round, job) =>
    {
        var explanation = Cheap.ExplainAll(round)[round.IndexOf(job)];
        for (var type = 0; type < round.Cluster.Types.Length; type++)
        {
            var supply = explanation.Supply[type];
            var nodes = Enumerable.Range(0, round.Cluster.Nodes.Length).Where(node => round.Cluster.TypeOf(node) == type).ToList();
            var free = nodes.Where(node => round.Cluster.Nodes[node].TakesWork).ToDictionary(node => node, node => round.Cluster.Nodes[node].Accelerators
                - round.Decisions.Sum(decision => decision.Allocation.Shares.Where(share => share.Node == node).Sum(share => share.Accelerators)));
            Assert.Equal(free.Values.Sum(), supply.Free);
            Assert.Equal(free.Values.DefaultIfEmpty(0).Max(), supply.LargestFree);
            Assert.Equal(nodes.Sum(node => round.Cluster.Nodes[node].Accelerators), supply.Ready + supply.NotReady);
            Assert.Equal(supply.Ready, supply.Free + supply.HeldByOthers + supply.Holders.Sum(holder => holder.Accelerators));
            Assert.All(supply.Holders, holder => Assert.Equal(
                holder.Accelerators, round.Cluster.CountOf(round.Decisions[round.IndexOf(holder.JobId)].Allocation, type)));
        }

        foreach (var limit in explanation.Limits.Where(limit => limit.Kind == LimitKind.Quota))
        {
            var tree = round.Cluster.Tenants;
            var used = round.Jobs.Zip(round.Decisions).Where(pair => IsWithin(tree, pair.First.Tenant, limit.Tenant!))
                .Sum(pair => limit.Type is null ? pair.Second.Allocation.Accelerators : round.Cluster.CountOf(pair.Second.Allocation, round.Cluster.Types.IndexOf(limit.Type)));
            Assert.Equal(used, limit.Used, 1e-9);
            Assert.True(limit.Used + limit.Needed > limit.Allowed);
        }
    });

    [Theory, MemberData(nameof(Policies))]
    public void Explain_WhenOrderOrPriorityBinds_ItIsSo(string name) => Check(name, (policy, round, job) =>
    {
        foreach (var limit in Cheap.Explain(round, job).Limits)
        {
            var index = round.IndexOf(job);
            if (limit.Kind == LimitKind.Priority)
            {
                var raised = round.Jobs.SetItem(index, round.Jobs[index] with { Priority = round.Jobs.Max(other => other.Priority) + 1 });
                Assert.False(policy.Decide(round.Cluster, raised, round.NowSeconds)[index].Allocation.IsEmpty);
            }
            else if (limit.Kind == LimitKind.Capacity)
            {
                var supply = Cheap.ExplainAll(round)[index].Supply.Single(type => type.Type == limit.Type);
                Assert.True(supply.Free < limit.Needed);
                Assert.Equal((supply.Ready - supply.Free, supply.Ready), ((int)limit.Used, (int)limit.Allowed));
            }
        }
    });

    [Fact]
    public void Explain_WhenAnotherTenantHoldsTheRest_SaysWhoUntilWhenAndWhatWouldHelp()
    {
        var cluster = Cluster(1, 4, "A100");
        var held = Job("train", 0, 2) with
        {
            Tenant = "b", MinAccelerators = 2, MaxAccelerators = 2, IsPreemptible = false, ExpectedRemainingSeconds = 1200, RunSeconds = 60,
            Allocation = Allocation.Of([new NodeShare(0, 2)]),
        };
        var job = Elastic("big", 5, 1) with { Tenant = "a", MinAccelerators = 4, RequestedAccelerators = 4, MaxAccelerators = 8, ExpectedRemainingSeconds = 600 };
        var round = PoolRound.Ask(new GoodputPolicy(), cluster, [held, job], 3600);
        var explanation = new JobExplainer(JobLengths.None).Explain(round, "big");
        Assert.Equal(4800, explanation.Start!.Value.LikelySeconds, 1e-6);
        var text = new ExplanationText(new FixedClock(new DateTimeOffset(2026, 3, 2, 14, 0, 0, TimeSpan.Zero)), new DateTimeOffset(2026, 3, 2, 13, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            "needs 4 × A100; 2 of 4 free, 2 held by tenant b until about 14:20; would start now with min 2; expected to start at about 14:20",
            text.Render(explanation));
    }

    [Fact]
    public void Explain_WhenTheQuotaBinds_NamesTheTenantAndItsUse()
    {
        var tree = TenantTree.Create([new TenantQuota { Name = "a", MaxAccelerators = 3 }, new TenantQuota { Name = "team", Parent = "a" }]);
        var held = Job("one", 0, 2) with { Tenant = "team", Allocation = Allocation.Of([new NodeShare(0, 2)]), RunSeconds = 1 };
        var round = PoolRound.Ask(new QuotaPolicy(), Cluster(1, 8).WithTenants(tree), [held, Job("two", 5, 2) with { Tenant = "team" }], 60);
        var explanation = Cheap.Explain(round, "two");
        Assert.Contains(new BindingLimit(LimitKind.Quota, 2, 2, 3, null, "a"), explanation.Limits);
        var option = Assert.Single(explanation.WouldStart, option => !option.Change.Quotas.IsEmpty);
        Assert.Equal(4, option.Change.Quotas[0].MaxAccelerators);
        Assert.Contains("tenant a holds 2 of the 3 it may hold", new ExplanationText(TimeProvider.System, DateTimeOffset.UnixEpoch).Render(explanation), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_WhenNoTypeIsAccepted_SaysSoAndOffersOne()
    {
        var round = PoolRound.Ask(new FifoPolicy(), Cluster(1, 4), [Job("x", 0, 2) with { Types = ["H100"] }], 0);
        var explanation = Cheap.Explain(round, "x");
        Assert.Equal(LimitKind.TypeNotAccepted, Assert.Single(explanation.Limits).Kind);
        Assert.Equal("type A accepted as well", Assert.Single(explanation.WouldStart).Text);
    }

    [Fact]
    public void Explain_WhenNodesDrain_SaysThatItWouldFitWithThem()
    {
        var cluster = new ClusterSnapshot([.. Cluster(2, 4).Nodes.Select((node, i) => node with { IsDraining = i == 1 })]);
        var explanation = Cheap.Explain(PoolRound.Ask(new FifoPolicy(), cluster, [Job("x", 0, 6)], 0), "x");
        Assert.Equal(new BindingLimit(LimitKind.Draining, 6, 4, 8), explanation.Limits[0]);
    }

    [Fact]
    public void Explain_WhenHostMemoryLacks_SaysForHowManyThereIsSome()
    {
        var cluster = new ClusterSnapshot([.. Cluster(1, 8).Nodes.Select(node => node with { HostMemoryBytes = 64 })]);
        var job = Job("x", 0, 4) with { HostMemoryBytesPerAccelerator = 20 };
        var round = new PoolRound(new FifoPolicy(), cluster, [job], 0, [new JobDecision(Allocation.None, "waits")]);
        Assert.Contains(new BindingLimit(LimitKind.HostResources, 4, 8, 3, "A"), Cheap.ExplainAll(round)[0].Limits);
    }

    [Fact]
    public void Explain_WhenAJobIsUnknown_NamesIt() => Assert.Contains(
        "'y'", Assert.Throws<ArgumentException>(() => Cheap.Explain(PoolRound.Ask(new FifoPolicy(), Cluster(1, 1), [], 0), "y")).Message, StringComparison.Ordinal);

    private static void Check(string name, Action<ISchedulingPolicy, PoolRound, string> check) => Prop.ForAll(
        ArbMap.Default.ArbFor<int>(),
        seed =>
        {
            var policy = SchedulingPolicies.Create(name);
            var round = RandomPool.Round(seed, policy);
            foreach (var job in Enumerable.Range(0, round.Jobs.Length).Where(job => round.Decisions[job].Allocation.IsEmpty).Take(3))
            {
                check(policy, round, round.Jobs[job].Id);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    private static bool IsWithin(TenantTree tree, string tenant, string ancestor)
    {
        for (var at = tree.IndexOf(tenant); at >= 0; at = tree.ParentOf(at))
        {
            if (tree.Tenants[at].Name == ancestor)
            {
                return true;
            }
        }

        return false;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }

    // First come, first served within the maximum of each tenant: the least that knows quotas.
    private sealed class QuotaPolicy : ISchedulingPolicy
    {
        public string Name => "quota";

        public bool IsElastic => false;

        public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
        {
            var left = cluster.Tenants.Tenants[0].MaxAccelerators!.Value;
            var free = new FreeAccelerators(cluster);
            return [.. jobs.Select(job =>
            {
                var isIn = job.RequestedAccelerators <= left;
                left -= isIn ? job.RequestedAccelerators : 0;
                return new JobDecision(isIn ? free.TakeConsolidated(0, job.RequestedAccelerators) : Allocation.None, isIn ? "gets" : "quota");
            })];
        }
    }
}
