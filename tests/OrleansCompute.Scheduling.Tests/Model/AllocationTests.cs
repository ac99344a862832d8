using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Tests.Model;

public sealed class AllocationTests
{
    private static readonly ClusterSnapshot Cluster = new(
    [
        new NodeSnapshot { Name = "a0", AcceleratorType = "A", Accelerators = 4 },
        new NodeSnapshot { Name = "b0", AcceleratorType = "B", Accelerators = 4 },
        new NodeSnapshot { Name = "a1", AcceleratorType = "A", Accelerators = 4 },
    ]);

    [Fact]
    public void TypeOf_WhenTypesDiffer_IsNone()
    {
        var mixed = Allocation.Of([new NodeShare(0, 2), new NodeShare(1, 1)]);

        Assert.Equal(-1, Cluster.TypeOf(mixed));
        Assert.True(Cluster.IsMixed(mixed));
        Assert.Equal(2, Cluster.CountOf(mixed, 0));
        Assert.Equal("2 × A and 1 × B on 2 nodes", Cluster.Describe(mixed));
        Assert.Equal(0, Cluster.TypeOf(Allocation.Of([new NodeShare(0, 2), new NodeShare(2, 1)])));
        Assert.Equal(-1, Cluster.TypeOf(Allocation.None));
        Assert.False(Cluster.IsMixed(Allocation.None));
    }

    [Fact]
    public void OfDevice_WhenPartOfOne_NamesItsAccelerator()
    {
        var part = Allocation.OfDevice(new DeviceShare(1, 3, 0.25, 6_000_000_000));

        Assert.Equal(new NodeShare(1, 1), Assert.Single(part.Shares));
        Assert.Equal(0.25, part.Amount);
        Assert.Equal("0.25 of a B on b0", Cluster.Describe(part));
        Assert.Equal(part, Allocation.OfDevice(new DeviceShare(1, 3, 0.25, 6_000_000_000)));
        Assert.NotEqual(part, Allocation.OfDevice(new DeviceShare(1, 2, 0.25, 6_000_000_000)));
        Assert.NotEqual(part, Allocation.Of([new NodeShare(1, 1)]));
    }

    [Theory]
    [InlineData(-1, 0, 0.5, 0L, "node -1")]
    [InlineData(0, -2, 0.5, 0L, "accelerator -2")]
    [InlineData(0, 0, 1.0, 0L, "ComputeShare is 1")]
    [InlineData(0, 0, double.NaN, 0L, "ComputeShare is NaN")]
    [InlineData(0, 0, 0.5, -1L, "MemoryBytes is -1")]
    public void OfDevice_WhenOutOfRange_NamesValue(int node, int device, double share, long bytes, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => Allocation.OfDevice(new DeviceShare(node, device, share, bytes)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
