using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Tests.Governance;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Fractions;

public sealed class FractionTests
{
    private const long Gigabyte = 1L << 30;

    public static TheoryData<string> Packings => [.. PackingPolicies.Names];

    [Fact]
    public void Decide_WhenPartsFitTogether_SharesOneAccelerator()
    {
        var cluster = Memory(Cluster(2, 2), 16 * Gigabyte);
        JobSnapshot[] jobs = [Part("a", 0.25, 6), Part("b", 0.5, 4), Part("c", 0.25, 6), .. Jobs("", 3)];

        var decisions = SchedulingPolicies.Create("las").Decide(cluster, jobs, 0);

        var places = decisions.Take(3).Select(decision => decision.Allocation.Device!.Value).ToList();
        Assert.Single(places.Select(place => (place.Node, place.Device)).Distinct());
        Assert.Equal([0.25, 0.5, 0.25], places.Select(place => place.ComputeShare));
        Assert.Equal([6 * Gigabyte, 4 * Gigabyte, 6 * Gigabyte], places.Select(place => place.MemoryBytes));
        Assert.Equal([1, 1, 1], decisions.Skip(3).Select(decision => decision.Allocation.Accelerators));
    }

    [Fact]
    public void Decide_WhenMemoryIsShort_TakesAnotherAccelerator()
    {
        var cluster = Memory(Cluster(1, 2), 16 * Gigabyte);

        var decisions = SchedulingPolicies.Create("fifo").Decide(cluster, [Part("a", 0.25, 10), Part("b", 0.25, 10), Part("c", 0.25, 10)], 0);

        Assert.Equal(2, decisions.Select(decision => decision.Allocation.Device?.Device).Where(device => device is not null).Distinct().Count());
        Assert.True(decisions[2].Allocation.IsEmpty);
        Assert.Contains("needs 0.25 of an accelerator", decisions[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WhenAPartAsksForMoreMemoryThanThereIs_IsRefused()
    {
        var decision = Assert.Single(SchedulingPolicies.Create("fifo").Decide(Memory(Cluster(1, 2), Gigabyte), [Part("a", 0.5, 2)], 0));

        Assert.True(decision.IsRefused);
        Assert.Contains($"{2 * Gigabyte} bytes on it; no node", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void Decide_UnderAnyPacking_FillsWhatThereIs(string packing)
    {
        var policy = new GovernedPolicy(new LeastAttainedServicePolicy(), new GovernanceOptions { Packing = packing });
        var jobs = Enumerable.Range(0, 40).Select(i => Part($"p{i}", 0.25, 0)).ToList();

        var decisions = policy.Decide(Cluster(2, 4), jobs, 0);

        Assert.Equal(8, decisions.Sum(decision => decision.Allocation.Amount), 9);
    }

    [Fact]
    public void Decide_WhenSharesAreThirds_PutsThreeOnOne()
    {
        var jobs = Enumerable.Range(0, 6).Select(i => Part($"p{i}", 1.0 / 3, 0)).ToList();

        var decisions = SchedulingPolicies.Create("default").Decide(Cluster(1, 2), jobs, 0);

        Assert.DoesNotContain(decisions, decision => decision.Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenNothingChanges_LeavesPartsWhereTheyAre()
    {
        var cluster = Cluster(4, 4);
        var random = new Random(3);
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 30).Select(i => Part($"p{i}", random.Next(1, 9) / 10.0, 0)), .. Jobs("", 3, 2)];
        var policy = SchedulingPolicies.Create("las");
        var first = Step(policy, cluster, jobs, 0, 60);
        var second = Step(policy, cluster, first, 60, 60);

        Assert.All(Enumerable.Range(0, jobs.Length).Where(job => !first[job].Allocation.IsEmpty && first[job].Fraction is not null),
            job => Assert.Equal(first[job].Allocation, second[job].Allocation));
    }

    [Fact]
    public void Decide_WhenAGangLacksAWholeAccelerator_EmptiesTheLeastUsedOne()
    {
        var cluster = Cluster(1, 4);
        JobSnapshot[] jobs =
        [
            Held(Part("a", 0.5, 0), 0), Held(Part("b", 0.3, 0), 1), Held(Part("c", 0.2, 0), 2), .. Jobs("", 1, 2),
        ];

        var decisions = SchedulingPolicies.Create("fifo").Decide(cluster, jobs, 100);

        Assert.Equal(2, decisions[3].Allocation.Accelerators);
        Assert.Equal(jobs[0].Allocation, decisions[0].Allocation);
        Assert.Equal(2, decisions.Take(3).Select(decision => decision.Allocation.Device!.Value.Device).Distinct().Count());
        Assert.Contains(decisions.Take(3), decision => decision.Reason.StartsWith("makes room for a gang: moves to", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, 0, 8)]
    [InlineData(true, 500, 8)]
    [InlineData(true, 0, 0)]
    public void Decide_WhenPartsMayNotMove_LeavesThem(bool isPreemptible, double minRunSeconds, int moves)
    {
        JobSnapshot[] jobs = [.. new[] { 0, 1, 2 }.Select(i => Held(Part($"p{i}", 0.2, 0), i) with { IsPreemptible = isPreemptible, MinRunSeconds = minRunSeconds }), .. Jobs("", 1, 2)];
        var policy = new GovernedPolicy(new FifoPolicy(), new GovernanceOptions { MaxDefragmentationMoves = moves });

        var decisions = policy.Decide(Cluster(1, 4), jobs, 100);

        Assert.Equal(jobs.Take(3).Select(job => job.Allocation), decisions.Take(3).Select(decision => decision.Allocation));
        Assert.True(decisions[3].Allocation.IsEmpty);
    }

    [Fact]
    public void Decide_WhenPartsKeepComing_AGangThatWaitsForLongGetsItsTurn()
    {
        var cluster = Cluster(1, 4);
        var policy = SchedulingPolicies.Create("fifo");
        var random = new Random(5);
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 8).Select(i => Part($"p{i}", 0.5, 0)), .. Jobs("", 1, 4, 60)];
        for (var round = 1; round < 120; round++)
        {
            jobs = Step(policy, cluster, jobs, 60 * round, 60);
            if (!jobs.First(job => job.Fraction is null).Allocation.IsEmpty)
            {
                return;
            }

            jobs = [.. jobs.Where(job => job.Allocation.IsEmpty || random.Next(5) > 0), .. Enumerable.Range(0, 3).Select(i => Part($"r{round}-{i}", 0.5, 0) with { SubmitSeconds = 60 * round })];
        }

        Assert.Fail("The gang waited for two hours; the patience is half an hour.");
    }

    [Fact]
    public void Decide_OfTenants_CountsPartsAsParts()
    {
        var cluster = Cluster(1, 4, new() { Name = "a", MaxAccelerators = 1 }, new() { Name = "b" });
        JobSnapshot[] jobs = [.. Enumerable.Range(0, 6).Select(i => Part($"p{i}", 0.25, 0) with { Tenant = "a" }), .. Jobs("b", 5)];

        var decisions = SchedulingPolicies.Create("las").Decide(cluster, jobs, 0);

        Assert.Equal(1, TenantWorld.Held(jobs, decisions, "a"), 9);
        Assert.Equal(3, TenantWorld.Held(jobs, decisions, "b"));
        Assert.Equal("needs 0.25 of an accelerator; tenant 'a' holds 1 of the 1 accelerators it may hold", decisions[5].Reason);
    }

    private static JobSnapshot Part(string id, double share, long gigabytes) => new()
    {
        Id = id, SubmitSeconds = 0, RequestedAccelerators = 1, MaxAccelerators = 1, Fraction = new DeviceFraction(share, gigabytes * Gigabyte),
    };

    private static JobSnapshot Held(JobSnapshot job, int device) =>
        job with { Allocation = Allocation.OfDevice(new DeviceShare(0, device, job.Fraction!.Value.ComputeShare, 0)), RunSeconds = 100 };

    private static ClusterSnapshot Memory(ClusterSnapshot cluster, long bytes) =>
        new([.. cluster.Nodes.Select(node => node with { AcceleratorMemoryBytes = bytes })], cluster.Tenants);
}
