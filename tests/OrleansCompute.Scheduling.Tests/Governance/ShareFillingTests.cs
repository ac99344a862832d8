using OrleansCompute.Scheduling.Fractions;
using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Tenancy;
using static OrleansCompute.Scheduling.Tests.Governance.TenantWorld;

namespace OrleansCompute.Scheduling.Tests.Governance;

/// <summary>Filling looks at each of many jobs a few times, not at all others.</summary>
public sealed class ShareFillingTests
{
    private const double Now = 1000;

    [Fact]
    public void Fill_WhenManyOfHigherPriorityWaitForAnotherType_LooksAtEachAFewTimes()
    {
        long Looks(int count)
        {
            var jobs = new CountedJobs([
                .. Jobs("x", count).Select((job, i) => job with { Allocation = Allocation.Of([new NodeShare(i, 1)]), AllocatedSeconds = Now - 5 }),
                .. Jobs("x", count, 1, Now).Select(job => job with { Priority = 1, Types = ["B"] })]);
            var (_, grants) = Fill(Nodes(count, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y" }), jobs);
            Assert.All(Enumerable.Range(0, jobs.Count), job => Assert.Equal(job < count ? 1 : 0, grants.CountOf(job)));
            return jobs.Looks;
        }

        Assert.InRange(Looks(800), 1, (5 * Looks(200)) + 1);
    }

    [Fact]
    public void Fill_WhenManyPartsTakeFromMany_LooksAtEachAFewTimes()
    {
        long Looks(int count)
        {
            var jobs = new CountedJobs([
                .. Jobs("y", count).Select((job, i) => job with
                {
                    Fraction = new DeviceFraction(0.75, 0), Allocation = Allocation.OfDevice(new DeviceShare(i, 0, 0.75, 0)), AllocatedSeconds = Now - 100,
                }),
                .. Jobs("x", count, 1, Now).Select(job => job with { Fraction = new DeviceFraction(0.5, 0) })]);
            var (devices, grants) = Fill(Nodes(count, new TenantQuota { Name = "x" }, new TenantQuota { Name = "y" }), jobs);
            Assert.InRange(Enumerable.Range(count, count).Count(job => grants.CountOf(job) > 0), count / 2, count);
            Assert.All(devices.All, device => Assert.True(device.ComputeLeft >= -1e-9));
            return jobs.Looks;
        }

        Assert.InRange(Looks(400), 1, (5 * Looks(100)) + 1);
    }

    [Fact]
    public void CouldReplace_OfTheLeastThatAreNeeded_IsThatOfAnyOfThem()
    {
        var random = new Random(1);
        for (var run = 0; run < 300; run++)
        {
            string[] types = ["A", "B"];
            var cluster = new ClusterSnapshot(
                [.. types.Select(type => new NodeSnapshot { Name = type, AcceleratorType = type, Accelerators = 8 })],
                TenantTree.Create([new TenantQuota { Name = "x", Quota = Of("A", random.Next(1, 8)), MaxAccelerators = random.Next(1, 12) }]));
            JobSnapshot[] jobs =
            [
                .. Enumerable.Range(0, 5).SelectMany(i => Jobs("x", 1, random.Next(1, 9), i)).Select(job => job with { Types = random.Next(3) switch { 0 => [], 1 => ["A"], _ => ["B"] } }),
                Jobs("x", 1, 1, 9).Single() with { Allocation = Allocation.Of([.. Enumerable.Range(0, 2).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1).Select(node => new NodeShare(node, 1))]) },
            ];
            var ledger = new TenantLedger(cluster, jobs, 0);
            var grants = new JobGrants(cluster, jobs, ledger, new SharedDevices(cluster, jobs, new GovernanceOptions().Packing), [8, 8], isElastic: false);
            double[] least = [double.PositiveInfinity, double.PositiveInfinity];
            for (var job = 0; job < 5; job++)
            {
                grants.NoteLeast(job, least);
            }

            var expected = jobs[5].Allocation.Shares.Any(share => Enumerable.Range(0, 5).Any(job =>
                jobs[job].Accepts(types[share.Node]) && ledger.Blocked(ledger.LeafOf(job), share.Node, jobs[job].RequestedAccelerators) is null));
            Assert.Equal(expected, grants.CouldReplace(least, 5));
        }
    }

    private static ClusterSnapshot Nodes(int count, params TenantQuota[] tenants) => new(
        [
            .. Enumerable.Range(0, count).Select(node => new NodeSnapshot { Name = $"n{node}", AcceleratorType = "A", Accelerators = 1 }),
            new NodeSnapshot { Name = "b", AcceleratorType = "B", Accelerators = 1, IsDraining = true },
        ],
        TenantTree.Create(tenants));

    private static (SharedDevices Devices, JobGrants Grants) Fill(ClusterSnapshot cluster, CountedJobs jobs)
    {
        var ledger = new TenantLedger(cluster, jobs, 0);
        // Where a part goes is looked for on all accelerators; who has to go for it is not looked for among all jobs.
        var devices = new SharedDevices(cluster, jobs.Jobs, new GovernanceOptions().Packing);
        var grants = new JobGrants(cluster, jobs, ledger, devices, [cluster.AcceleratorsPerType[0], 0], isElastic: false);
        new ShareFilling(jobs, ledger, grants, false, Now, new GovernanceOptions { FairShareQuantumSeconds = 30 }).Fill([.. Enumerable.Range(0, jobs.Count)], 2);
        return (devices, grants);
    }
}
