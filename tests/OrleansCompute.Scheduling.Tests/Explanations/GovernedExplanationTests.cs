using OrleansCompute.Scheduling.Explanations;
using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;
using LivingPool = OrleansCompute.Scheduling.Tests.Governance.RandomPool;

namespace OrleansCompute.Scheduling.Tests.Explanations;

/// <summary>Explanations in pools with tenants, parts of accelerators, host resources, and everything around the policy.</summary>
public sealed class GovernedExplanationTests
{
    private static readonly ExplanationText Text = new(TimeProvider.System, DateTimeOffset.UnixEpoch);

    public static TheoryData<string> Names => ["default", "fifo", "las", "drf"];

    [Theory, MemberData(nameof(Names))]
    public void Explain_InAnyPool_IsTrue(string name)
    {
        var reservations = new ReservationOptions { StarvationSeconds = 120, HoldSeconds = 120 };
        var policy = PolicyPipeline.Create(name, new PipelineOptions { Reservations = reservations });
        var explainer = new JobExplainer(JobLengths.None, new ExplanationOptions { Forecast = null, Reservations = reservations });
        var (told, explained) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var pool = new LivingPool(seed);
            for (var round = 0; round < 6; round++)
            {
                pool.Round(policy, decisions =>
                {
                    var asked = new PoolRound(policy, pool.Cluster, pool.Jobs, pool.Now, decisions);
                    var all = explainer.ExplainAll(asked);
                    Assert.All(all, explanation => Counts(asked, explanation));
                    foreach (var explanation in all.Where(explanation => explanation.IsWaiting).Take(2))
                    {
                        var full = explainer.Explain(asked, explanation.JobId);
                        Assert.NotEmpty(Text.Render(full));
                        told += full.WouldStart.Length;
                        explained += full.Limits.IsEmpty ? 0 : 1;
                        Assert.All(full.WouldStart, option => Starts(asked, full.JobId, option));
                    }
                });
            }
        }

        Assert.True(told > 10 && explained > 10, $"{told} changes told, {explained} jobs with a limit");
    }

    [Fact]
    public void Explain_OfAPart_NamesThePartThatIsFree()
    {
        var policy = SchedulingPolicies.Create("default");
        var part = Job("a") with { MaxAccelerators = 1, Fraction = new DeviceFraction(0.6, 0) };
        JobSnapshot[] jobs = [part, part with { Id = "b", SubmitSeconds = 1 }];
        var explanation = new JobExplainer(JobLengths.None).Explain(PoolRound.Ask(policy, Cluster(1, 1), jobs, 10), "b");
        Assert.Equal("0.4 of an accelerator", Assert.Single(explanation.WouldStart).Text);
        Assert.StartsWith("needs 0.6 of one A; 0 of 1 free", Text.Render(explanation), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainAll_WhenATypeIsHeldBack_SaysForWhom()
    {
        var options = new ReservationOptions { StarvationSeconds = 600 };
        var fixedJob = Job("run", 0, 2) with { IsPreemptible = false, RunSeconds = 700, Allocation = Allocation.Of([new NodeShare(0, 2)]) };
        JobSnapshot[] jobs = [fixedJob, Job("gang", 0, 4) with { MinAccelerators = 4 }, Job("late", 650, 1) with { IsPreemptible = false }];
        var round = PoolRound.Ask(new ReservationPolicy(new LeastAttainedServicePolicy(), options), Cluster(1, 4), jobs, 700);
        var late = new JobExplainer(JobLengths.None, new ExplanationOptions { Reservations = options }).ExplainAll(round)[2];
        Assert.Contains(new BindingLimit(LimitKind.Reservation, 1, 4, 2, "A", "", "gang"), late.Limits);
        Assert.Contains("A is held back for job gang, which waited too long and needs 4; it could have 2 now", Text.Render(late), StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainAll_WhenATenantHasItsFairShare_SaysHowMuchThatIs()
    {
        var tree = TenantTree.Create([new TenantQuota { Name = "a" }, new TenantQuota { Name = "b", Weight = 3 }]);
        var policy = SchedulingPolicies.Create("fifo");
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 6).Select(i => Job($"a{i}", i) with { Tenant = "a" }), .. Enumerable.Range(0, 6).Select(i => Job($"b{i}", 10 + i) with { Tenant = "b" })];
        var round = PoolRound.Ask(policy, Cluster(1, 8).WithTenants(tree), jobs, 100);
        var waiting = new JobExplainer(JobLengths.None).ExplainAll(round).First(explanation => explanation.IsWaiting && explanation.Tenant == "a");
        Assert.Contains(new BindingLimit(LimitKind.FairShare, 1, 2, 2, null, "a"), waiting.Limits);
        Assert.Contains("tenant a holds 2; its fair share is 2 while others want theirs", Text.Render(waiting), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "its money is used up, so raise its budget")]
    [InlineData(0.01, "its budget of 0.01 would not pay for its start and 120 s of work on 4 accelerators, 0.33 at least, so raise its budget")]
    public void Explain_WhenTheBudgetIsTooSmall_SaysHowMuchItTakes(double budget, string expected)
    {
        var cluster = new ClusterSnapshot([.. Cluster(1, 4).Nodes.Select(node => node with { PricePerAcceleratorHour = 2 })]);
        var job = Job("poor", 0, 4) with { MinAccelerators = 4, Budget = budget, RestartSeconds = 30 };
        var explanation = new JobExplainer(JobLengths.None).Explain(PoolRound.Ask(PolicyPipeline.Create("default"), cluster, [job], 0), "poor");

        Assert.Contains(expected, Text.Render(explanation), StringComparison.Ordinal);
        Assert.Equal("a budget that is large enough", Assert.Single(explanation.WouldStart).Text);
    }

    [Fact]
    public void Explain_WhenPartsRun_CountsThemAsParts()
    {
        // Six quarters are one and a half: the numbers of a sentence must add up to what there is.
        var parts = Enumerable.Range(0, 6).Select(i => Job($"p{i}") with
        {
            MaxAccelerators = 1, Fraction = new DeviceFraction(0.25, 0), IsPreemptible = false, RunSeconds = 1, Allocation = Allocation.OfDevice(new DeviceShare(0, i / 4, 0.25, 0)),
        });
        JobSnapshot[] jobs = [.. parts, Job("gang", 0, 4) with { MinAccelerators = 4 }];
        var explanation = new JobExplainer(JobLengths.None).Explain(PoolRound.Ask(SchedulingPolicies.Create("default"), Cluster(1, 4), jobs, 10), "gang");

        Assert.StartsWith("needs 4 × A; 2 of 4 free and 0.5 left on shared ones, 1.5 held by jobs p0", Text.Render(explanation), StringComparison.Ordinal);
        Assert.Equal(4, explanation.Supply[0].Free + explanation.Supply[0].FreeInParts + explanation.Supply[0].Holders.Sum(holder => holder.Accelerators), 9);
    }

    [Fact]
    public void Explain_WhenAStartWouldTakeFromOthers_NamesThem()
    {
        var policy = SchedulingPolicies.Create("default");
        JobSnapshot[] jobs =
        [
            Job("fixed", 0, 1) with { MaxAccelerators = 1, IsPreemptible = false, Allocation = Allocation.Of([new NodeShare(0, 1)]) },
            .. Enumerable.Range(0, 3).Select(i => Job($"s{i}", 1) with { MaxAccelerators = 1, Allocation = Allocation.Of([new NodeShare(0, 1)]) }),
            Job("big", 2, 4) with { Priority = 1, MinAccelerators = 4, MaxAccelerators = 4 },
        ];
        var explanation = new JobExplainer(JobLengths.None).Explain(PoolRound.Ask(policy, Cluster(1, 4), jobs, 100), "big");

        Assert.Contains("would start now with 3 requested (stops s0, s1, s2)", Text.Render(explanation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 119, "about 1970-01-01 00:01")]
    [InlineData(60, 125, "about 1970-01-01 00:01 (likely 1970-01-01 00:01 to 1970-01-01 00:02)")]
    public void Time_OfARange_SaysARangeOnlyWhereItIsOne(double low, double high, string expected)
    {
        var text = new ExplanationText(TimeProvider.System, DateTimeOffset.UnixEpoch);
        Assert.Equal(expected, text.Time(new SecondsForecast(low, 90, high, ForecastBasis.Learned)));
    }

    private static void Starts(PoolRound round, string job, StartOption option)
    {
        var jobs = round.Jobs.Select(other => option.Change.Jobs.FirstOrDefault(change => change.JobId == other.Id) is { } change ? change.Apply(other) : other).ToList();
        var cluster = option.Change.Quotas.Aggregate(round.Cluster, (cluster, quota) => cluster.WithTenants(TenantTree.Create(
            [.. cluster.Tenants.Tenants.Select(tenant => tenant.Name == quota.Tenant ? quota.Apply(tenant) : tenant)], cluster.Tenants.HalfLifeSeconds)));
        var asked = round.Policy.Decide(cluster, jobs, round.NowSeconds)[jobs.FindIndex(other => other.Id == job)];
        Assert.False(asked.Allocation.IsEmpty, option.Text);
        Assert.Equal(asked.Allocation, option.Allocation);
    }

    private static void Counts(PoolRound round, JobExplanation explanation)
    {
        foreach (var supply in explanation.Supply)
        {
            var type = round.Cluster.Types.IndexOf(supply.Type);
            var nodes = Enumerable.Range(0, round.Cluster.Nodes.Length).Where(node => round.Cluster.TypeOf(node) == type && round.Cluster.Nodes[node].TakesWork).ToHashSet();
            var whole = round.Decisions.Where(decision => decision.Allocation.Device is null).SelectMany(decision => decision.Allocation.Shares)
                .Where(share => nodes.Contains(share.Node)).Sum(share => share.Accelerators);
            var parts = round.Decisions.Select(decision => decision.Allocation.Device).OfType<DeviceShare>().Where(part => nodes.Contains(part.Node))
                .Select(part => (part.Node, part.Device)).Distinct().Count();
            Assert.Equal(nodes.Sum(node => round.Cluster.Nodes[node].Accelerators), supply.Ready);
            Assert.Equal(supply.Ready - whole - parts, supply.Free);
        }

        Assert.Equal(explanation.Allocation.IsEmpty, explanation.IsWaiting);
        Assert.All(explanation.Limits.Where(limit => limit.Kind is LimitKind.Quota or LimitKind.FairShare), limit => Assert.True(limit.Used + limit.Needed > limit.Allowed));
        Assert.All(explanation.Limits.Where(limit => limit.Kind == LimitKind.HostResources), limit => Assert.True(limit.Allowed < limit.Needed && limit.Used >= limit.Needed));
    }
}
