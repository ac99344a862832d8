using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Scheduling.Tests.Packing;

public sealed class PackingPolicyTests
{
    public static TheoryData<string> Names => [.. PackingPolicies.Names];

    [Theory, MemberData(nameof(Names))]
    public void Choose_WhenTasksArrive_FindsRoomExactlyWhenThereIsSome(string name)
    {
        var filled = Fill(name, seed: 11, check: true);

        Assert.InRange(filled.Refused, 50, filled.Choices.Count - 50);
    }

    [Theory, MemberData(nameof(Names))]
    public void Choose_WhenSeedIsTheSame_ChoosesTheSame(string name) =>
        Assert.Equal(Fill(name, seed: 5, check: false).Choices, Fill(name, seed: 5, check: false).Choices);

    [Theory, InlineData("fgd"), InlineData("bestfit"), InlineData("gpupacking"), InlineData("gpuclustering"), InlineData("dotproduct")]
    public void Choose_WhenScoresAreKept_EqualsScoringAnew(string name)
    {
        var random = new Random(3);
        var pool = PackingWorld.Pool(random, 25);
        var mix = Mix(3);
        var keeping = PackingPolicies.Create(name, pool, mix, seed: 1);
        var held = new List<(int Shape, PackingPlacement Placement)>();
        for (var step = 0; step < 400; step++)
        {
            if (held.Count > 20 && random.Next(3) == 0)
            {
                pool.Release(held[0].Shape, held[0].Placement);
                held.RemoveAt(0);
            }

            var shape = pool.ShapeOf(PackingWorld.Shape(random));
            var choice = keeping.Choose(shape);
            Assert.Equal(PackingPolicies.Create(name, pool, mix, seed: 1).Choose(shape), choice);
            if (choice is { } placement)
            {
                pool.Place(shape, placement);
                held.Add((shape, placement));
            }
        }
    }

    [Fact]
    public void Default_WhenTaskNeedsNoAccelerator_TakesProcessorThatAcceleratorsDoNotNeed()
    {
        var pool = new PackingPool([new PackingNode("lean", "A", 32_000, 100_000, 4), new PackingNode("rich", "A", 96_000, 100_000, 4)]);
        var policy = PackingPolicies.Create("default", pool, null, 0);
        var worker = pool.ShapeOf(new PackingShape(8_000, 1_000, 1, 1000, ""));
        for (var i = 0; i < 10; i++)
        {
            policy.Choose(worker);
        }

        var choice = policy.Choose(pool.ShapeOf(new PackingShape(32_000, 1_000, 0, 0, "")));

        Assert.Equal(1, choice!.Value.Node);
    }

    [Fact]
    public void Default_WhenShareFitsARemainder_FillsIt()
    {
        var pool = new PackingPool([new PackingNode("n", "A", 96_000, 100_000, 4)]);
        var policy = PackingPolicies.Create("default", pool, null, 0);
        var whole = pool.ShapeOf(new PackingShape(1_000, 1_000, 1, 1000, ""));
        var large = pool.ShapeOf(new PackingShape(1_000, 1_000, 1, 700, ""));
        var small = pool.ShapeOf(new PackingShape(1_000, 1_000, 1, 300, ""));
        for (var i = 0; i < 10; i++)
        {
            policy.Choose(whole);
            policy.Choose(large);
            policy.Choose(small);
        }

        pool.Place(large, new PackingPlacement(0, 0b100));

        Assert.Equal(0b100UL, policy.Choose(small)!.Value.Devices);
    }

    [Fact]
    public void Default_WhenWorkloadMixesShapes_AllocatesMoreThanBestFit()
    {
        var ours = Enumerable.Range(0, 5).Sum(seed => Fill("default", seed, check: false).UsedMilli);
        var bestFit = Enumerable.Range(0, 5).Sum(seed => Fill("bestfit", seed, check: false).UsedMilli);

        Assert.True(ours > bestFit, $"{ours} and {bestFit}");
    }

    [Fact]
    public void Create_WhenNameIsUnknown_ListsTheNames() =>
        Assert.Contains("default, fgd, bestfit", Assert.Throws<ArgumentException>(
            () => PackingPolicies.Create("worstfit", PackingWorld.Pool(new Random(1), 1), null, 0)).Message);

    [Fact]
    public void Choose_WhenMoreShapesThanScoresKept_ForgetsOldOnes()
    {
        var pool = new PackingPool([.. Enumerable.Range(0, 10).Select(i => new PackingNode($"{i}", "A", 1_000_000, 1_000, 1))]);
        var policy = new BestFitPacking(pool, new Random(1)) { MaxScores = 80 };
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(
                new BestFitPacking(pool, new Random(1)).Choose(pool.ShapeOf(new PackingShape(i, 1, 1, 1000, ""))),
                policy.Choose(pool.ShapeOf(new PackingShape(i, 1, 1, 1000, ""))));
            Assert.InRange(policy.KeptShapes, Math.Min(i, 4), 8);
        }
    }

    private static TaskMix Mix(int seed)
    {
        var random = new Random(seed);
        return TaskMix.Typical(Enumerable.Range(0, 300).Select(_ => KeyValuePair.Create(PackingWorld.Shape(random), 1L)));
    }

    private static Filled Fill(string name, int seed, bool check)
    {
        var random = new Random(seed);
        var pool = PackingWorld.Pool(random, 20);
        var policy = PackingPolicies.Create(name, pool, Mix(seed), seed);
        var choices = new List<PackingPlacement?>();
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            var shape = pool.ShapeOf(PackingWorld.Shape(random));
            var choice = policy.Choose(shape);
            choices.Add(choice);
            if (check)
            {
                Assert.Equal(Enumerable.Range(0, pool.Nodes.Count).Any(node => pool.Fits(node, shape)), choice is not null);
            }

            if (choice is { } placement)
            {
                pool.Place(shape, placement);
            }
            else
            {
                refused++;
            }
        }

        return new Filled(choices, refused, pool.UsedMilli);
    }

    private sealed record Filled(List<PackingPlacement?> Choices, int Refused, long UsedMilli);
}
