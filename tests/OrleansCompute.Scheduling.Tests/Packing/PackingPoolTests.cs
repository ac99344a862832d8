using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Tests.Packing;

public sealed class PackingPoolTests
{
    [Fact]
    public void Place_WhenTasksComeAndGo_KeepsCountOfWhatIsFree()
    {
        var random = new Random(7);
        var pool = PackingWorld.Pool(random, 20);
        var held = new List<(int Shape, PackingPlacement Placement)>();
        for (var step = 0; step < 2_000; step++)
        {
            if (held.Count > 0 && random.Next(3) == 0)
            {
                var leaves = random.Next(held.Count);
                pool.Release(held[leaves].Shape, held[leaves].Placement);
                held.RemoveAt(leaves);
            }
            else
            {
                var shape = pool.ShapeOf(PackingWorld.Shape(random));
                var node = random.Next(pool.Nodes.Count);
                if (pool.Fits(node, shape))
                {
                    var placement = new PackingPlacement(node, pool.TightestDevices(node, shape));
                    pool.Place(shape, placement);
                    held.Add((shape, placement));
                }
            }

            AssertMatches(pool, held);
        }

        Assert.Contains(held, task => pool.Shape(task.Shape).ShareMilli is > 0 and < 1000);
    }

    [Fact]
    public void Place_WhenAcceleratorIsTaken_Refuses()
    {
        var pool = new PackingPool([new PackingNode("n", "A", 8_000, 1_024, 2)]);
        var shape = pool.ShapeOf(new PackingShape(1_000, 1, 1, 600, ""));
        pool.Place(shape, new PackingPlacement(0, 0b01));

        Assert.Contains("node n has no room", Assert.Throws<InvalidOperationException>(() => pool.Place(shape, new PackingPlacement(0, 0b01))).Message);
        Assert.Throws<InvalidOperationException>(() => pool.Place(shape, new PackingPlacement(0, 0b100)));
        Assert.Throws<InvalidOperationException>(() => pool.Place(shape, new PackingPlacement(0, 0b11)));
        pool.Place(shape, new PackingPlacement(0, 0b10));
        Assert.Equal(1_200, pool.UsedMilli);
    }

    [Fact]
    public void Release_WhenNothingIsHeld_Refuses()
    {
        var pool = new PackingPool([new PackingNode("n", "A", 8_000, 1_024, 2)]);
        var shape = pool.ShapeOf(new PackingShape(0, 0, 1, 600, ""));

        Assert.Contains("does not hold", Assert.Throws<InvalidOperationException>(() => pool.Release(shape, new PackingPlacement(0, 1))).Message);
    }

    [Theory]
    [InlineData(-1, 0, 0, 0, "cpu_milli is -1")]
    [InlineData(0, -5, 0, 0, "memory_mib is -5")]
    [InlineData(0, 0, 65, 1000, "num_gpu is 65; allowed 0 to 64")]
    [InlineData(0, 0, 1, 0, "gpu_milli is 0; allowed 1 to 1000")]
    [InlineData(0, 0, 1, 1001, "gpu_milli is 1001")]
    [InlineData(0, 0, 0, 500, "gpu_milli is 500 with num_gpu 0")]
    [InlineData(0, 0, 2, 500, "a fraction is of one accelerator")]
    public void ShapeOf_WhenNumbersMakeNoSense_NamesThem(int cpu, long memory, int accelerators, int share, string expected)
    {
        var pool = new PackingPool([new PackingNode("n", "A", 8_000, 1_024, 2)]);

        var error = Assert.Throws<ArgumentException>(() => pool.ShapeOf(new PackingShape(cpu, memory, accelerators, share, "")));

        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Fits_WhenModelIsNotAccepted_IsFalse()
    {
        var pool = new PackingPool([new PackingNode("a", "A", 8_000, 1_024, 2), new PackingNode("b", "B", 8_000, 1_024, 2)]);
        var either = pool.ShapeOf(new PackingShape(0, 0, 1, 1000, "B|Z"));
        var nowhere = pool.ShapeOf(new PackingShape(0, 0, 1, 1000, "Z"));

        Assert.False(pool.Fits(0, either));
        Assert.True(pool.Fits(1, either));
        Assert.False(pool.Fits(1, nowhere));
        Assert.False(pool.FitsEmpty(1, nowhere));
    }

    [Fact]
    public void Constructor_WhenNameIsThereTwice_NamesIt() =>
        Assert.Contains("nodes holds n twice", Assert.Throws<ArgumentException>(
            () => new PackingPool([new PackingNode("n", "A", 1, 1, 1), new PackingNode("n", "A", 1, 1, 1)])).Message);

    private static void AssertMatches(PackingPool pool, List<(int Shape, PackingPlacement Placement)> held)
    {
        for (var node = 0; node < pool.Nodes.Count; node++)
        {
            var here = held.Where(task => task.Placement.Node == node).Select(task => (Needs: pool.Shape(task.Shape), task.Placement.Devices)).ToList();
            Assert.Equal(pool.Nodes[node].CpuMilli - here.Sum(task => task.Needs.CpuMilli), pool.CpuFree(node));
            Assert.Equal(pool.Nodes[node].MemoryMib - here.Sum(task => task.Needs.MemoryMib), pool.MemoryFree(node));
            var free = pool.DevicesFree(node);
            for (var device = 0; device < free.Length; device++)
            {
                Assert.Equal(1000 - here.Where(task => (task.Devices >> device & 1) != 0).Sum(task => task.Needs.ShareMilli), free[device]);
            }

            Assert.Equal(free.ToArray().Sum(), pool.FreeMilli(node));
            Assert.Equal(free.ToArray().Count(milli => milli == 1000), pool.WholeFree(node));
            Assert.Equal(
                here.Where(task => task.Needs.Accelerators > 0).Select(task => PackingKinds.KindOf(task.Needs)).Distinct().Count(),
                pool.Kinds.Different(node));
        }

        Assert.Equal(held.Sum(task => (long)pool.Shape(task.Shape).DemandMilli), pool.UsedMilli);
    }
}
