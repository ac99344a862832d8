using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class PlacementTests
{
    [Fact]
    public void Take_WhenCoresAreScarce_LeavesOutNodesWithout()
    {
        var cluster = With(Cluster(3, 4), (node, i) => node with { CpuCores = i == 1 ? 32 : 8 });
        var free = new FreeAccelerators(cluster);
        var job = Job("j") with { CpuCoresPerAccelerator = 8 };

        Assert.Equal(Allocation.Of([new NodeShare(1, 4)]), free.TakeConsolidated(0, 4, job));
        Assert.Equal(2, free.TakeFromFreest(0, 2, job).Nodes);
        Assert.True(free.TakeConsolidated(0, 1, job).IsEmpty);
        Assert.Equal(1, free.TakeConsolidated(0, 1, Job("k")).Accelerators);
    }

    [Fact]
    public void Take_WhenAllCannotBeHad_TakesNothing()
    {
        var free = new FreeAccelerators(With(Cluster(2, 4), (node, _) => node with { HostMemoryBytes = 25 }));
        var job = Job("j") with { HostMemoryBytesPerAccelerator = 10 };

        Assert.True(free.TakeConsolidated(0, 5, job).IsEmpty);
        Assert.Equal(4, free.TakeConsolidated(0, 4, job).Accelerators);
    }

    [Theory]
    [InlineData(4, "same node")]
    [InlineData(8, "same rack")]
    [InlineData(16, "two racks")]
    public void Take_WhenThereAreRacks_StaysAsNearAsItCan(int accelerators, string expected)
    {
        var cluster = With(Cluster(8, 4), (node, i) => node with { Rack = $"r{i % 3}" });
        foreach (var take in (Func<FreeAccelerators, Allocation>[])[free => free.TakeConsolidated(0, accelerators), free => free.TakeFromFreest(0, accelerators)])
        {
            var allocation = take(new FreeAccelerators(cluster));
            var racks = allocation.Shares.Select(share => cluster.Nodes[share.Node].Rack).Distinct().Count();
            Assert.Equal(accelerators, allocation.Accelerators);
            Assert.Equal(expected, allocation.Nodes == 1 ? "same node" : racks == 1 ? "same rack" : racks == 2 ? "two racks" : "many");
        }
    }

    [Fact]
    public void Take_WhenARackFitsExactly_LeavesLargerOnesWhole()
    {
        var cluster = With(Cluster(5, 4), (node, i) => node with { Rack = i < 3 ? "large" : "small" });

        Assert.Equal([3, 4], new FreeAccelerators(cluster).TakeConsolidated(0, 8).Shares.Select(share => share.Node).Order());
    }

    [Fact]
    public void Take_WhenDataAreOnANode_GoesThereOrToItsRack()
    {
        var cluster = With(Cluster(4, 4), (node, i) => node with { Rack = $"r{i / 2}" });
        var free = new FreeAccelerators(cluster);
        var job = Job("j") with { PreferredNodes = ["n2", "nobody"] };

        Assert.Equal([2, 3, 0], Enumerable.Range(0, 3).Select(_ => free.TakeConsolidated(0, 3, job).Shares[0].Node));
    }

    [Fact]
    public void Take_WhenANodeHoldsTheData_GoesThereAndElseAnywhere()
    {
        var cluster = With(Cluster(4, 4), (node, i) => node with { Rack = $"r{i / 2}" });
        var free = new FreeAccelerators(cluster);
        var job = Job("j") with { NodesWithData = ["n3", "nobody"] };

        // The rack of one that holds it is no nearer.
        Assert.Equal([3, 0, 1], Enumerable.Range(0, 3).Select(_ => free.TakeConsolidated(0, 3, job).Shares[0].Node));
        Assert.Equal(2, new FreeAccelerators(cluster).TakeConsolidated(0, 3, job with { PreferredNodes = ["n2"] }).Shares[0].Node);

        // Two nodes where it does not fit one, as without.
        Assert.Equal(
            new FreeAccelerators(cluster).TakeConsolidated(0, 6, Job("j")).Shares.Select(share => share.Node),
            new FreeAccelerators(cluster).TakeConsolidated(0, 6, job).Shares.Select(share => share.Node));
    }

    [Fact]
    public void Take_WhenAGroupWantsToBeTogether_FollowsItsMembers()
    {
        var cluster = With(Cluster(6, 4), (node, i) => node with { Rack = $"r{i / 2}" });
        var free = new FreeAccelerators(cluster);
        var member = Job("j") with { AffinityGroup = "g" };
        free.Take(Allocation.Of([new NodeShare(4, 2)]), member);

        Assert.Equal([4, 5, 5, 0], Enumerable.Range(0, 4).Select(_ => free.TakeConsolidated(0, 2, member).Shares[0].Node));
    }

    [Fact]
    public void Take_WhenAGroupWantsToBeApart_UsesANodeOnce()
    {
        var free = new FreeAccelerators(Cluster(3, 4));
        var member = Job("j") with { AffinityGroup = "g", IsAntiAffine = true };
        var taken = Enumerable.Range(0, 3).Select(_ => free.TakeConsolidated(0, 1, member)).ToList();

        Assert.Equal(3, taken.Select(allocation => allocation.Shares[0].Node).Distinct().Count());
        Assert.True(free.TakeConsolidated(0, 1, member).IsEmpty);
        free.Release(taken[1], member);
        Assert.Equal(taken[1], free.TakeFromFreest(0, 1, member));
    }

    [Fact]
    public void Take_WhenTheOutsideHoldsMembers_KeepsAwayFromThem()
    {
        var free = new FreeAccelerators(With(Cluster(2, 4), (node, i) => node with { OccupiedGroups = i == 0 ? ["g"] : [] }));

        Assert.Equal(1, free.TakeConsolidated(0, 1, Job("j") with { AffinityGroup = "g", IsAntiAffine = true }).Shares[0].Node);
    }

    [Fact]
    public void Take_OfAnyJobs_AgreesWithASlowCount() => Prop.ForAll(Gen.Choose(0, 1 << 24).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        var cluster = With(Cluster(random.Next(1, 12), random.Next(1, 9)), (node, _) => node with
        {
            CpuCores = random.Next(2) * random.Next(1, 40), HostMemoryBytes = random.Next(2) * random.Next(1, 400), Rack = $"r{random.Next(3)}",
        });
        var free = new FreeAccelerators(cluster);
        var held = new List<(Allocation Allocation, JobSnapshot Job)>();
        for (var i = 0; i < 60; i++)
        {
            var job = Job($"j{i}") with { CpuCoresPerAccelerator = random.Next(90) / 10.0, HostMemoryBytesPerAccelerator = random.Next(80) };
            var count = random.Next(1, 8);
            var usable = Enumerable.Range(0, cluster.Nodes.Length).Sum(node => Usable(node, job));
            var allocation = random.Next(3) switch
            {
                0 => free.TakeConsolidated(0, count, job),
                1 => free.TakeFromFreest(0, count, job),
                _ => free.TakeSpread(0, count, random.Next(1, 5), job),
            };
            Assert.Equal(usable >= count ? count : 0, allocation.Accelerators);
            held.Add((allocation, job));
            if (random.Next(3) == 0)
            {
                var gone = random.Next(held.Count);
                free.Release(held[gone].Allocation, held[gone].Job);
                held.RemoveAt(gone);
            }
        }

        int Usable(int node, JobSnapshot job)
        {
            var has = cluster.Nodes[node];
            var count = has.Accelerators - held.Sum(entry => On(entry.Allocation));
            var cores = has.CpuCores - held.Sum(entry => On(entry.Allocation) * entry.Job.CpuCoresPerAccelerator);
            var bytes = has.HostMemoryBytes - held.Sum(entry => On(entry.Allocation) * entry.Job.HostMemoryBytesPerAccelerator);
            while (count > 0 && ((has.CpuCores > 0 && cores + 1e-6 < count * job.CpuCoresPerAccelerator)
                || (has.HostMemoryBytes > 0 && bytes < count * job.HostMemoryBytesPerAccelerator)))
            {
                count--;
            }

            return count;

            int On(Allocation allocation) => allocation.Shares.Where(share => share.Node == node).Sum(share => share.Accelerators);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static ClusterSnapshot With(ClusterSnapshot cluster, Func<NodeSnapshot, int, NodeSnapshot> change) => new([.. cluster.Nodes.Select(change)]);
}
