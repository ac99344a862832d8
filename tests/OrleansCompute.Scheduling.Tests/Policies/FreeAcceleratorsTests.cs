using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using static OrleansCompute.Scheduling.Tests.Policies.PolicyWorld;

namespace OrleansCompute.Scheduling.Tests.Policies;

public sealed class FreeAcceleratorsTests
{
    [Fact]
    public void TakeFromFreest_WhenNodesAreAlike_TakesTheFirst()
    {
        var free = new FreeAccelerators(Cluster(3, 4));
        Assert.Equal(Allocation.Of([new NodeShare(0, 4), new NodeShare(1, 2)]), free.TakeFromFreest(0, 6));
        Assert.Equal(Allocation.Of([new NodeShare(2, 3)]), free.TakeFromFreest(0, 3));
        Assert.Equal(3, free.OfType(0));
    }

    [Fact]
    public void TakeConsolidated_WhenANodeHasJustThat_LeavesWholeNodesWhole()
    {
        var free = new FreeAccelerators(Cluster(3, 4));
        free.Take(Allocation.Of([new NodeShare(1, 2)]));
        Assert.Equal(Allocation.Of([new NodeShare(1, 2)]), free.TakeConsolidated(0, 2));
        Assert.Equal(Allocation.Of([new NodeShare(0, 4), new NodeShare(2, 4)]), free.TakeConsolidated(0, 8));
        Assert.True(free.TakeConsolidated(0, 1).IsEmpty);
    }

    [Fact]
    public void TakeSpread_WhenThereAreEnoughNodes_TakesEvenParts()
    {
        var free = new FreeAccelerators(Cluster(4, 4));
        Assert.Equal([3, 3, 2], free.TakeSpread(0, 8, 3).Shares.Select(share => share.Accelerators));
        Assert.Equal(8, free.OfType(0));

        // No three nodes have two free: what is there is taken as it comes.
        Assert.Equal(8, free.TakeSpread(0, 8, 4).Accelerators);
        Assert.Equal(0, free.OfType(0));
    }

    [Fact]
    public void Release_AfterTake_GivesAllBack()
    {
        var free = new FreeAccelerators(Cluster(2, 4));
        var taken = free.TakeConsolidated(0, 7);
        free.Release(taken);
        Assert.True(free.Has(taken));
        Assert.Equal(8, free.OfType(0));
    }
}
