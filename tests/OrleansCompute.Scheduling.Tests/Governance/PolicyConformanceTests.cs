using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>What every policy that can be named must obey, whatever comes.</summary>
public sealed class PolicyConformanceTests
{
    private const int Rounds = 12;

    public static TheoryData<string> Names => [.. SchedulingPolicies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_InAnyPool_KeepsAllPromises(string name) => ForSeeds(40, seed =>
    {
        var pool = new RandomPool(seed);
        var policy = SchedulingPolicies.Create(name);
        for (var round = 0; round < Rounds; round++)
        {
            pool.Round(policy, decisions => PromiseCheck.All(policy, pool, decisions));
        }
    });

    [Fact]
    public void Decide_WhenAPartTakesCoresOfAGangThatCouldStayOtherwise_GivesNoCoreTwice()
    {
        // Found by random pools: a gang whose cores were given to a part of higher priority kept its accelerators on the node.
        var pool = new RandomPool(438474);
        var policy = SchedulingPolicies.Create("fgd");
        for (var round = 0; round < Rounds; round++)
        {
            pool.Round(policy, decisions => PromiseCheck.All(policy, pool, decisions));
        }
    }

    [Fact]
    public void Decide_WhenPartsMoveForAGangWhoseTenantGotMoreMeanwhile_KeepsTheTenantsLimit()
    {
        // Found among 400 pools: parts of accelerators made room for a gang that its tenant could no longer have.
        var pool = new RandomPool(325);
        var policy = SchedulingPolicies.Create("fifo");
        for (var round = 0; round < Rounds; round++)
        {
            pool.Round(policy, decisions => PromiseCheck.All(policy, pool, decisions));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenAskedTwice_DecidesTheSame(string name) => ForSeeds(15, seed =>
    {
        var pool = new RandomPool(seed);
        var policy = SchedulingPolicies.Create(name);
        for (var round = 0; round < Rounds; round++)
        {
            pool.Round(policy, decisions =>
            {
                var again = SchedulingPolicies.Create(name).Decide(pool.Cluster, pool.Jobs, pool.Now);
                Assert.Equal(decisions.Select(decision => decision.Allocation), again.Select(decision => decision.Allocation));
                Assert.Equal(decisions.Select(decision => decision.Reason), again.Select(decision => decision.Reason));
            });
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenNodesHaveOtherNames_GivesTheSameTotals(string name) => ForSeeds(15, seed =>
    {
        var pool = new RandomPool(seed);
        var policy = SchedulingPolicies.Create(name);
        for (var round = 0; round < Rounds; round++)
        {
            pool.Round(policy, decisions =>
            {
                var names = pool.Cluster.Nodes.Select(node => node.Name).Reverse().ToList();
                var renamed = new ClusterSnapshot([.. pool.Cluster.Nodes.Select((node, i) => node with { Name = names[i] })], pool.Cluster.Tenants);
                var jobs = pool.Jobs.Select(job => job with
                {
                    PreferredNodes = [.. job.PreferredNodes.Select(preferred => pool.Cluster.Nodes.Select(node => node.Name).ToList().IndexOf(preferred))
                        .Where(index => index >= 0).Select(index => names[index])],
                }).ToList();
                var again = policy.Decide(renamed, jobs, pool.Now);
                Assert.Equal(decisions.Sum(decision => decision.Allocation.Amount), again.Sum(decision => decision.Allocation.Amount), 6);
                Assert.Equal(decisions.Select(decision => decision.Allocation), again.Select(decision => decision.Allocation));
            });
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WithoutTenantsAndParts_IsThePolicyAlone(string name)
    {
        var inner = ((GovernedPolicy)SchedulingPolicies.Create(name)).Inner;
        ForSeeds(15, seed =>
        {
            var pool = new RandomPool(seed, isPlain: true);
            for (var round = 0; round < Rounds; round++)
            {
                pool.Round(new GovernedPolicy(inner), decisions => Assert.Equal(
                    inner.Decide(pool.Cluster, pool.Jobs, pool.Now).Select(decision => (decision.Allocation, decision.Reason, decision.Memo)),
                    decisions.Select(decision => (decision.Allocation, decision.Reason, decision.Memo))));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenTheClockGoesBack_GoesOn(string name) => ForSeeds(10, seed =>
    {
        var pool = new RandomPool(seed);
        var policy = SchedulingPolicies.Create(name);
        for (var round = 0; round < 4; round++)
        {
            pool.Round(policy, decisions =>
            {
                var early = policy.Decide(pool.Cluster, pool.Jobs, -1e6);
                PromiseCheck.All(policy, pool, early);
            });
        }
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_WhenSomeAskForTheImpossible_RefusesThemAndServesTheRest(string name)
    {
        var cluster = new ClusterSnapshot([new NodeSnapshot { Name = "n", AcceleratorType = "A", Accelerators = 4 }]);
        var job = new JobSnapshot { Id = "good", SubmitSeconds = 0, RequestedAccelerators = 2, MinAccelerators = 2, MaxAccelerators = 2 };
        JobSnapshot[] jobs =
        [
            job,
            job with { Id = "huge", RequestedAccelerators = 9, MinAccelerators = 9, MaxAccelerators = 9 },
            job with { Id = "negative", RequestedAccelerators = -2 },
            job with { Id = "nan", Weight = double.NaN },
            job with { Id = "parts of two", Fraction = new DeviceFraction(0.5, 0) },
            job with { Id = "good" },
            job with { Id = "stranger", Types = ["B"] },
            job with { Id = "also good" },
        ];

        var decisions = SchedulingPolicies.Create(name).Decide(cluster, jobs, 10);

        Assert.Equal([false, true, true, true, true, true, true, false], decisions.Select(decision => decision.IsRefused));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 2], decisions.Select(decision => decision.Allocation.Accelerators));
        Assert.Equal("needs 9 accelerators of one type; the cluster has 4 × A.", decisions[1].Reason);
        Assert.Contains("RequestedAccelerators is -2", decisions[2].Reason, StringComparison.Ordinal);
        Assert.Contains("Weight is NaN", decisions[3].Reason, StringComparison.Ordinal);
        Assert.Contains("allowed 1 with a Fraction", decisions[4].Reason, StringComparison.Ordinal);
        Assert.Contains("Id is 'good'", decisions[5].Reason, StringComparison.Ordinal);
        Assert.Equal("needs 2 accelerators of B; the cluster has 4 × A.", decisions[6].Reason);
    }

    [Fact]
    public void Create_ForEachNameOfTheIssue_Works() => Assert.All(
        ["fifo", "las", "tiresias", "ftf", "drf", "bestfit", "fgd", "default"], name => Assert.Equal(name, SchedulingPolicies.Create(name).Name));

    [Fact]
    public void Decide_WhenTheTimeIsNoNumber_SaysSo() => Assert.Contains(
        "nowSeconds is NaN",
        Assert.Throws<ArgumentOutOfRangeException>(() => new GovernedPolicy(new MixedTypePolicy()).Decide(new ClusterSnapshot([]), [], double.NaN)).Message,
        StringComparison.Ordinal);

    internal static void ForSeeds(int count, Action<int> test) => Prop.ForAll(Gen.Choose(0, 1 << 24).ToArbitrary(), test)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(count));
}
