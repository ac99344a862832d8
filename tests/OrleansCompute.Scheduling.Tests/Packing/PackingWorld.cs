using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Tests.Packing;

/// <summary>Small pools and workloads drawn from a seed.</summary>
internal static class PackingWorld
{
    public static PackingPool Pool(Random random, int nodes) => new(
        [.. Enumerable.Range(0, nodes).Select(i => random.Next(4) switch
        {
            0 => new PackingNode($"n{i}", "", 16_000, 65_536, 0),
            1 => new PackingNode($"n{i}", "A", 96_000, 393_216, 8),
            2 => new PackingNode($"n{i}", "B", 104_000, 524_288, 2),
            _ => new PackingNode($"n{i}", "C", 16_000, 122_880, 2),
        })]);

    public static PackingShape Shape(Random random) => random.Next(10) switch
    {
        0 => new PackingShape(8_000 * random.Next(1, 3), 8_192, 0, 0, ""),
        < 5 => new PackingShape(1_000 * random.Next(1, 9), 4_096, 1, 10 * random.Next(5, 95), random.Next(5) == 0 ? "A|C" : ""),
        < 9 => new PackingShape(1_000 * random.Next(2, 16), 16_384, 1, 1000, random.Next(5) == 0 ? "B" : ""),
        _ => new PackingShape(24_000, 65_536, 1 << random.Next(1, 4), 1000, ""),
    };
}
