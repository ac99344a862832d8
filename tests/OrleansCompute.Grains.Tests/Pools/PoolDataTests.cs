using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Grains.Datasets;
using OrleansCompute.Grains.Pools;
using OrleansCompute.Grains.Tests.Fabric;
using OrleansCompute.Grains.Tests.Jobs;
using OrleansCompute.TestKit;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>Jobs go where their data are, through all real parts; and what the pool makes of what nodes say of their data.</summary>
public sealed class PoolDataTests
{
    [Fact]
    public async Task Submit_WhenANodeHoldsTheData_RunsThereThoughAnotherIsAsGood()
    {
        await using var fabric = await FabricCluster.StartAsync(
            [new TestNode("a", ScoreGflops: 10), new TestNode("b", ScoreGflops: 10)],
            pool: options => (options.RoundPeriod, options.LearnSpeeds) = (TimeSpan.FromMilliseconds(500), false));
        var data = await fabric.AddDatasetAsync(JobSamples.Data);
        await fabric.AddDatasetAsync("other", seed: 2);
        await ForgetAsync(fabric, DatasetCache.KeyOf(data.ImagesSha256, data.LabelsSha256));

        // The pool hears of that by heartbeats: a job that nothing can be given to says what it knows.
        await BusyAsync(fabric, why => !why.Contains("Its data are in memory on", StringComparison.Ordinal), "the pool knows that nobody has the data");

        // Used on b, because that was asked for; from now on b holds it.
        var first = JobSamples.Endless("first");
        await fabric.Job("first").Submit(first with { Resources = first.Resources with { NearNodes = ["b"] } });
        Assert.Equal("b", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "the first runs")).Leases).Node);
        await fabric.TrainingAsync("first");
        Assert.DoesNotContain("near its data", (await fabric.Pool.Explain(FabricCluster.TenantName, "first", true)).Sentence, StringComparison.Ordinal);
        await fabric.Job("first").Cancel("done");
        await fabric.IdleAsync();

        await BusyAsync(
            fabric, why => why.Contains("Its data are in memory on b, which it prefers but does not wait for.", StringComparison.Ordinal), "the pool knows where the data are");
        await fabric.Job("next").Submit(JobSamples.Endless("next"));
        Assert.Equal("b", Assert.Single((await fabric.PoolAsync(pool => pool.Leases.Length == 1, "the next runs")).Leases).Node);
        Assert.Contains(
            "It runs near its data: b had them in memory when it started there.", (await fabric.Pool.Explain(FabricCluster.TenantName, "next", true)).Sentence, StringComparison.Ordinal);

        // No more than a preference: the one after it does not wait for b.
        await fabric.Job("last").Submit(JobSamples.Endless("last"));
        Assert.Equal(["a", "b"], (await fabric.PoolAsync(pool => pool.Leases.Length == 2, "the last runs as well")).Leases.Select(lease => lease.Node).Order(StringComparer.Ordinal));
        await fabric.Job("next").Cancel("done");
        await fabric.Job("last").Cancel("done");
        await fabric.IdleAsync();
    }

    [Fact]
    public void Jobs_OnDataThatNodesHold_AreToldWhich()
    {
        var pool = new PoolSamples().Node("a", ("k", 10)).Node("b", ("k", 10), ("j", 10)).Node("c", ("k", 10));
        Hold(pool, "b", "x:y");
        Hold(pool, "c", "x:y", "z:z");
        pool.Job("one", with: request => request with { DatasetKey = "x:y" });
        pool.Job("two", with: request => request with { DatasetKey = "z:z" });
        pool.Job("old", with: request => request with { DatasetKey = null! });
        Assert.Equal("b/j b/k c|c|", string.Join('|', pool.Ask().Jobs.Select(job => string.Join(' ', job.NodesWithData.Order(StringComparer.Ordinal)))));
        Assert.Equal("b", Assert.Single(pool.Round().Changes.Single(change => change.Job.Request.Job == "one").Grants).Node);

        // A cache that dropped it, and a node that is lost, hold nothing.
        Hold(pool, "b");
        pool.State.Nodes["c"] = pool.State.Nodes["c"] with { State = Contracts.Nodes.NodeState.Lost };
        Assert.All(pool.Ask().Jobs, job => Assert.Empty(job.NodesWithData));
        Assert.Equal("a", pool.Round().Changes.First(change => change.Job.Request.Job == "one").Grants[0].Node);
    }

    [Fact]
    public void Jobs_OnDataThatAllHold_AreToldOfSome()
    {
        var pool = new PoolSamples();
        for (var node = 0; node < 100; node++)
        {
            Hold(pool.Node($"n{node}", ("k", 10)), $"n{node}", "x:y");
        }

        pool.Job("one", with: request => request with { DatasetKey = "x:y" });
        Assert.Equal(64, pool.Ask().Jobs[0].NodesWithData.Distinct().Count());
    }

    [Fact]
    public void Describe_OfAJob_SaysWhereItsDataAre()
    {
        var pool = new PoolSamples();
        foreach (var node in "edcbaf")
        {
            Hold(pool.Node($"{node}", ("k", 10)), $"{node}", "x:y");
        }

        var job = pool.Job("one", with: request => request with { DatasetKey = "x:y" });
        Assert.Equal("Its data are in memory on a, b, c, d and 2 more, which it prefers but does not wait for.", DataNearness.Describe(job, [], pool.State.Nodes));
        Assert.Equal("Its data are in memory on 6 nodes, which it prefers but does not wait for.", DataNearness.Describe(job, [], pool.State.Nodes, new HashSet<string>()));
        Assert.Equal("Its data are in memory on b, f and 4 other nodes, which it prefers but does not wait for.", DataNearness.Describe(job, [], pool.State.Nodes, new HashSet<string> { "b", "f" }));
        Assert.Empty(DataNearness.Describe(pool.Job("two", with: request => request with { DatasetKey = "z:z" }), [], pool.State.Nodes));
        Lease[] leases = [pool.Hold(job, "c"), pool.Hold(job, "b")];
        Assert.Equal("b, c", DataNearness.Among(leases, "x:y", pool.State.Nodes));
        Assert.Empty(DataNearness.Among(leases, "", pool.State.Nodes));
        Assert.Empty(DataNearness.Describe(job, leases, pool.State.Nodes));
        job.StartedOnData = "b, c";
        Assert.Equal("It runs near its data: b, c had them in memory when it started there.", DataNearness.Describe(job, leases, pool.State.Nodes));
    }

    private static void Hold(PoolSamples pool, string node, params string[] datasets) => pool.State.Nodes[node] = pool.State.Nodes[node] with { Datasets = [.. datasets] };

    // While jobs on other data hold both nodes: a job that waits says what the pool knows.
    private static async Task BusyAsync(FabricCluster fabric, Func<string, bool> until, string what)
    {
        string[] holders = [$"one-{what.Length}", $"two-{what.Length}"];
        foreach (var holder in holders)
        {
            await fabric.Job(holder).Submit(JobSamples.Fixed(JobSamples.Endless(holder)) with { Data = new DataSpec { Dataset = "other" } });
        }

        await fabric.PoolAsync(pool => pool.Leases.Length == 2, "both nodes are busy");
        var waits = $"waits-{what.Length}";
        await fabric.Job(waits).Submit(JobSamples.Endless(waits));
        await Eventually.GetAsync(() => fabric.Pool.Explain(FabricCluster.TenantName, waits, true), why => until(why.Sentence), what, TimeSpan.FromMinutes(2));
        foreach (var job in new[] { waits, holders[0], holders[1] })
        {
            await fabric.Job(job).Cancel("done");
        }

        await fabric.IdleAsync();
    }

    // Whoever checked the data when they were added holds them, until others came after them.
    private static async Task ForgetAsync(FabricCluster fabric, string key)
    {
        for (var seed = 100; (await Task.WhenAll(fabric.Node("a").GetStatus(), fabric.Node("b").GetStatus())).Any(node => node.Datasets.Contains(key)); seed++)
        {
            Assert.True(seed < 400, "Four others after it on each node should have taken its place.");
            await fabric.AddDatasetAsync($"filler-{seed}", count: 10, seed);
        }
    }
}
