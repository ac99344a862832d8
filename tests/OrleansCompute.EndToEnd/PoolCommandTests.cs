using System.Text.Json;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd;

/// <summary>The commands of operators on a pool of two nodes: who waits and why, what if, drain, remove.</summary>
public sealed class PoolCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Commands_OnAPoolOfTwoNodes_ExplainChangeAndEmptyIt()
    {
        await using var server = await OcServer.StartAsync(folder["data"], "--node", "a,rack=r1,price=0.5,cores=4", "b=0.5,rack=r2,memory=2GB,spot", "--cost", "--spot", "lead=1h");
        using var api = server.Api();
        await server.RunAsync("tenant", "create", "acme");
        var (images, labels) = TinyDataset.Write(folder["files"]);
        await server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels);

        // A tenant's limit counts at submission.
        Assert.Equal(1, (await server.RunAsync("tenant", "set", "acme", "--max-accelerators", "1")).GetProperty("max_accelerators").GetInt32());
        await WriteAsync("first", "minAccelerators: 2, maxAccelerators: 2, preemptible: false, budget: 5");
        Assert.Contains("tenant acme may hold at most 1", await server.RunRefusedAsync("job", "submit", folder["first.yaml"]), StringComparison.Ordinal);
        var tenant = await server.RunAsync("tenant", "set", "acme", "--max-accelerators", "8", "--weight", "2.5");
        Assert.Equal((8, 2.5), (tenant.GetProperty("max_accelerators").GetInt32(), tenant.GetProperty("weight").GetDouble()));

        // So does a machine: nobody has so many cores.
        await WriteAsync("greedy", "cpuCoresPerAccelerator: 1000");
        Assert.Contains("the pool's machines have room for that beside none", await server.RunRefusedAsync("job", "submit", folder["greedy.yaml"]), StringComparison.Ordinal);

        // So does a deadline: a start alone takes longer.
        await WriteAsync("late", "minAccelerators: 1, maxAccelerators: 1, deadline: 1s");
        Assert.Contains("cannot run job acme/late by its deadline: it needs", await server.RunRefusedAsync("job", "submit", folder["late.yaml"]), StringComparison.Ordinal);

        await server.RunAsync("job", "submit", folder["first.yaml"]);
        await Poll.UntilAsync("the first job holds both", () => api.Pools.GetAsync(), pool => pool.Leases.Length == 2);
        await WriteAsync("second", "minAccelerators: 1, maxAccelerators: 1");
        await server.RunAsync("job", "submit", folder["second.yaml"]);
        var why = await server.RunAsync("job", "why", "acme/second");
        Assert.True(why.GetProperty("is_waiting").GetBoolean());
        Assert.Contains("0 of 2 free", Text(why, "sentence"), StringComparison.Ordinal);
        Assert.Equal("first", Text(Assert.Single(why.GetProperty("holders").EnumerateArray()), "job"));

        var kind = Text((await server.RunAsync("smi")).GetProperty("nodes")[0].GetProperty("accelerators")[0].GetProperty("accelerator"), "kind");
        Assert.Contains(Effects(await server.RunAsync("pool", "what-if", "--add-nodes", $"{kind}=1")), effect => effect == ("acme/second", "starts"));
        Assert.Contains("acmee", await server.RunRefusedAsync("pool", "what-if", "--quota", "acmee=4"), StringComparison.Ordinal);
        Assert.Contains("is 'c'; the pool has: a, b", await server.RunRefusedAsync("pool", "what-if", "--drain", "c"), StringComparison.Ordinal);

        var set = await server.RunAsync("job", "set", "acme/first", "--budget", "7.5", "--priority", "4");
        Assert.Equal(7.5m, set.GetProperty("spec").GetProperty("resources").GetProperty("budget").GetDecimal());
        Assert.Contains("drain it first", await server.RunRefusedAsync("node", "remove", "b"), StringComparison.Ordinal);
        Assert.Contains("no node 'c'; it has: a, b", await server.RunRefusedAsync("node", "drain", "c"), StringComparison.Ordinal);
        await NodesAsync(server);
        await TenantsAsync(server, kind);
        await server.RunAsync("job", "cancel", "acme/first");
        await server.RunAsync("job", "cancel", "acme/second");

        await Poll.UntilAsync("everything is given back", () => api.Pools.GetAsync(), pool => pool.Leases.IsEmpty);
        Assert.Equal("Draining", Text((await server.RunAsync("node", "drain", "b")).GetProperty("node"), "state"));
        Assert.Equal("Ready", Text(await server.RunAsync("node", "undrain", "b"), "state"));
        await server.RunAsync("node", "drain", "b");
        await server.RunAsync("node", "remove", "b");
        Assert.Equal("a", Text(Assert.Single((await server.RunAsync("pool", "show")).GetProperty("nodes").EnumerateArray()), "name"));
    }

    private static async Task TenantsAsync(OcServer server, string kind)
    {
        Assert.Contains("quota.h100 is 2; pool default has none of that kind", await server.RunRefusedAsync("tenant", "set", "acme", "--quota", "h100=2"), StringComparison.Ordinal);
        Assert.Contains(
            $"guaranteed.{kind} is 5; pool default has 2, and more cannot be kept",
            await server.RunRefusedAsync("tenant", "set", "acme", "--guaranteed", $"{kind}=5", "--ahead-of-capacity"), StringComparison.Ordinal);
        await server.RunAsync("tenant", "set", "acme", "--quota", "h100=2", "--guaranteed", $"{kind}=1", "--lending-limit", "1", "--ahead-of-capacity");
        var listed = Assert.Single((await server.RunAsync("tenant", "list")).EnumerateArray());
        Assert.Equal(("acme", 2.5, 2.0, "EUR"), (
            Text(listed.GetProperty("spec"), "name"), listed.GetProperty("spec").GetProperty("weight").GetDouble(), listed.GetProperty("held_accelerators").GetDouble(), Text(listed, "currency")));

        // Created again, it gets a new key and keeps its limits.
        await server.RunAsync("tenant", "create", "acme");
        var shown = await server.RunAsync("tenant", "show", "acme");
        Assert.Equal(1, shown.GetProperty("spec").GetProperty("lending_limit").GetInt32());
        var rows = shown.GetProperty("kinds").EnumerateArray().ToDictionary(row => Text(row, "kind"));
        Assert.Equal((2.0, 1, 2), (rows[kind].GetProperty("holds").GetDouble(), rows[kind].GetProperty("guaranteed").GetInt32(), rows[kind].GetProperty("pool_has").GetInt32()));
        Assert.Equal((2, 0), (rows["h100"].GetProperty("quota").GetInt32(), rows["h100"].GetProperty("pool_has").GetInt32()));
        Assert.Contains("create it with `oc tenant create nobody`", await server.RunRefusedAsync("tenant", "show", "nobody"), StringComparison.Ordinal);
    }

    private static async Task NodesAsync(OcServer server)
    {
        var nodes = (await server.RunAsync("node", "list")).EnumerateArray().ToList();
        Assert.Equal(["r1", "r2"], nodes.Select(node => Text(node.GetProperty("host"), "rack")));
        Assert.Equal((4, 0.5m), (nodes[0].GetProperty("host").GetProperty("cpu_cores").GetDouble(), nodes[0].GetProperty("host").GetProperty("price_per_accelerator_hour").GetDecimal()));

        // What is not said is measured, and shared by the two.
        Assert.Equal(Environment.ProcessorCount / 2.0, nodes[1].GetProperty("host").GetProperty("cpu_cores").GetDouble());
        Assert.Equal(2_000_000_000, nodes[1].GetProperty("host").GetProperty("memory_bytes").GetInt64());
        Assert.True(nodes[1].GetProperty("host").GetProperty("is_reclaimable").GetBoolean());

        var taken = (await server.RunAsync("node", "reclaim", "b", "--within", "30m")).GetProperty("node");
        Assert.True(taken.GetProperty("reclaim_at").GetDateTimeOffset() > DateTimeOffset.UtcNow);
        Assert.Equal(taken.GetProperty("reclaim_at").GetDateTimeOffset(), (await server.RunAsync("node", "show", "b")).GetProperty("reclaim_at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, (await server.RunAsync("node", "reclaim", "b", "--cancel")).GetProperty("reclaim_at").ValueKind);
        Assert.Contains("no node 'c'; it has: a, b", await server.RunRefusedAsync("node", "reclaim", "c", "--within", "2m"), StringComparison.Ordinal);
        Assert.Contains("no node 'c'; it has: a, b", await server.RunRefusedAsync("node", "show", "c"), StringComparison.Ordinal);
        Assert.Contains("Neither --within nor --cancel", await server.RunRefusedAsync("node", "reclaim", "b"), StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string resources) => File.WriteAllTextAsync(
        folder[$"{name}.yaml"], TinyDataset.Job("acme", name, epochs: 1000, batchSize: 1, more: $"resources: {{ {resources} }}"));

    private static IEnumerable<(string Job, string Effect)> Effects(JsonElement report) =>
        report.GetProperty("effects").EnumerateArray().Select(effect => (Text(effect, "job"), Text(effect, "effect")));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
