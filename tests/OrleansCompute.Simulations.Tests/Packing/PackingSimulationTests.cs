using System.Collections.Immutable;
using OrleansCompute.Scheduling.Packing;
using OrleansCompute.Simulations.Packing;

namespace OrleansCompute.Simulations.Tests.Packing;

public sealed class PackingSimulationTests
{
    // Two kinds of machine, one rich and one lean in processor per accelerator, as in the published cluster.
    private static readonly ImmutableArray<PackingNode> Nodes =
        [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0
            ? new PackingNode($"n{i}", "G", 96_000, 393_216, 8)
            : new PackingNode($"n{i}", "T", 104_000, 524_288, 2))];

    private static readonly ImmutableArray<PackingShape> Tasks =
        [.. Enumerable.Range(0, 100).Select(i => (i % 10) switch
        {
            0 => new PackingShape(24_000, 49_152, 0, 0, ""),
            1 or 2 or 3 => new PackingShape(3_000, 5_000, 1, 810 - i % 7 * 90, ""),
            9 => new PackingShape(24_000, 49_152, 2, 1000, ""),
            _ => new PackingShape(6_000 + i % 6 * 2_000, 40_000, 1, 1000, ""),
        })];

    private static readonly TaskMix Target =
        TaskMix.Typical(Tasks.GroupBy(task => task).Select(group => KeyValuePair.Create(group.Key, (long)group.Count())));

    [Theory, InlineData("default"), InlineData("fgd"), InlineData("bestfit"), InlineData("random")]
    public void Run_WhenDemandExceedsPool_FillsIt(string policy)
    {
        var arrivals = PackingWorkload.Arrivals(Tasks, 200_000, 1.3, new Random(1));

        var result = new PackingSimulation(Nodes, Target).Run(arrivals, policy, 1, null, CancellationToken.None);

        Assert.Equal(arrivals.Length, result.Tasks);
        Assert.InRange(result.ArrivedFraction, 1.28, 1.32);
        Assert.InRange(result.AllocationFraction, 0.8, 1);
        Assert.InRange(result.FragmentedFraction, 0, 1 - result.AllocationFraction + 1e-9);
        Assert.InRange(result.Placed, 1, result.Tasks - 1);
        Assert.InRange(result.AllocationPercent(50), 48, 52);
        Assert.True(result.AllocationPercent(130) >= result.AllocationPercent(80));
    }

    [Fact]
    public void Run_WhenSeedIsTheSame_GivesTheSame()
    {
        var simulation = new PackingSimulation(Nodes, Target);
        var results = Enumerable.Range(0, 2).Select(_ => simulation.Run(
            PackingWorkload.Arrivals(Tasks, 200_000, 1.3, new Random(9)), "default", 9, null, CancellationToken.None)).ToList();

        Assert.Equal(results[0].AllocationPercentAt.ToArray(), results[1].AllocationPercentAt.ToArray());
        Assert.Equal(results[0].FragmentedPercentAt.ToArray(), results[1].FragmentedPercentAt.ToArray());
    }

    [Fact]
    public void Run_WhenPoliciesCompete_OursAllocatesMost()
    {
        var simulation = new PackingSimulation(Nodes, Target);
        double Mean(string policy) => Enumerable.Range(0, 10).Average(seed => simulation.Run(
            PackingWorkload.Arrivals(Tasks, 200_000, 1.3, new Random(seed)), policy, seed, null, CancellationToken.None).AllocationPercent(130));

        var ours = Mean("default");

        Assert.True(ours > Mean("bestfit"));
        Assert.True(ours > Mean("random"));
    }

    [Fact]
    public void Arrivals_WhenListAsksForLess_AddsUntilDemandIsReached()
    {
        var arrivals = PackingWorkload.Arrivals(Tasks, 500_000, 1.3, new Random(4));

        Assert.Equal(Tasks.GroupBy(task => task).Select(group => group.Key).ToHashSet(), [.. arrivals]);
        Assert.InRange(arrivals.Sum(task => task.DemandMilli), 650_000 - 1_000, 650_000 + 1_000);
        Assert.Equal(Tasks.Order(ByText).ToList(), arrivals.Take(Tasks.Length).Order(ByText).ToList());
    }

    [Fact]
    public void Arrivals_WhenListAsksForMore_DropsTasks()
    {
        var arrivals = PackingWorkload.Arrivals(Tasks, 20_000, 1.3, new Random(4));

        Assert.InRange(arrivals.Sum(task => task.DemandMilli), 26_000 - 2_000, 26_000);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(101)]
    public void Arrivals_WhenRatioIsOutOfRange_NamesIt(double ratio) =>
        Assert.Contains("allowed more than 0, up to 100", Assert.Throws<ArgumentException>(
            () => PackingWorkload.Arrivals(Tasks, 1_000, ratio, new Random(1))).Message);

    private static Comparer<PackingShape> ByText { get; } =
        Comparer<PackingShape>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
}
