using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Tests.Packing;

/// <summary>The two measures against their definitions, task by task.</summary>
public sealed class PackingMeasureTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Fragmentation_WhenPoolIsPartlyUsed_MatchesDefinition(int seed)
    {
        var (pool, mix) = PartlyUsed(seed, withMemory: false);
        var measure = new FragmentationMeasure(pool, mix);

        for (var node = 0; node < pool.Nodes.Count; node++)
        {
            Assert.Equal(Reference(pool, mix, node), measure.OfNode(node), 1e-6);
        }

        Assert.Equal(Enumerable.Range(0, pool.Nodes.Count).Sum(node => Reference(pool, mix, node)), measure.OfPool(), 1e-6);
        Assert.True(measure.OfPool() > 0);
    }

    [Theory, InlineData(4), InlineData(5), InlineData(6)]
    public void Stranding_WhenPoolIsPartlyUsed_MatchesDefinition(int seed)
    {
        var (pool, mix) = PartlyUsed(seed, withMemory: true);
        var measure = new StrandingMeasure(pool, mix);
        var with = mix.Shapes.Zip(mix.Probabilities).Where(entry => entry.First.Accelerators > 0).ToList();
        var demand = with.Sum(entry => entry.Second * entry.First.DemandMilli);
        var cpu = with.Sum(entry => entry.Second * entry.First.CpuMilli) / demand;
        var memory = with.Sum(entry => entry.Second * entry.First.MemoryMib) / demand;

        for (var node = 0; node < pool.Nodes.Count; node++)
        {
            var free = pool.FreeMilli(node);
            var fed = Math.Min(free, Math.Min(pool.CpuFree(node) / cpu, pool.MemoryFree(node) / memory));
            Assert.Equal(Reference(pool, mix, node) + free - fed, measure.OfNode(node), 1e-6);
        }
    }

    [Fact]
    public void Typical_WhenShapesAreRare_LeavesThemOutAndScales()
    {
        var often = new PackingShape(1_000, 10, 1, 1000, "");
        var rare = new PackingShape(2_000, 10, 1, 500, "");
        KeyValuePair<PackingShape, long>[] counts = [new(rare, 4), new(often, 90), new(often with { MemoryMib = 20 }, 6)];

        var mix = TaskMix.Typical(counts);
        var all = TaskMix.Typical(counts, withMemory: true, coveragePercent: 100);

        Assert.Equal([often with { MemoryMib = 0 }], mix.Shapes.ToArray());
        Assert.Equal([1.0], mix.Probabilities.ToArray());
        Assert.Equal([often, often with { MemoryMib = 20 }, rare], all.Shapes.ToArray());
        Assert.Equal([0.9, 0.06, 0.04], all.Probabilities.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskMix.Typical(counts, coveragePercent: double.NaN));
    }

    private static (PackingPool Pool, TaskMix Mix) PartlyUsed(int seed, bool withMemory)
    {
        var random = new Random(seed);
        var pool = PackingWorld.Pool(random, 30);
        var counts = new Dictionary<PackingShape, long>();
        for (var i = 0; i < 200; i++)
        {
            var shape = PackingWorld.Shape(random);
            counts[shape] = counts.GetValueOrDefault(shape) + random.Next(1, 5);
            var node = random.Next(pool.Nodes.Count);
            if (pool.Fits(node, pool.ShapeOf(shape)))
            {
                pool.Place(pool.ShapeOf(shape), new PackingPlacement(node, pool.TightestDevices(node, pool.ShapeOf(shape))));
            }
        }

        return (pool, TaskMix.Typical(counts, withMemory));
    }

    /// <summary>Where the task does not fit, all that is free; where it fits, the accelerators with less free than it asks of each.</summary>
    private static double Reference(PackingPool pool, TaskMix mix, int node)
    {
        var sum = 0.0;
        foreach (var (shape, probability) in mix.Shapes.Zip(mix.Probabilities))
        {
            var uses = shape.Accelerators > 0 && pool.Fits(node, pool.ShapeOf(shape));
            sum += probability * pool.DevicesFree(node).ToArray().Where(free => !uses || free < shape.ShareMilli).Sum();
        }

        return sum;
    }
}
