using System.Text.Json;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd;

public sealed class DemoTests
{
    private static readonly TimeSpan DemoLimit = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    [RequiresProgramFact("sh")]
    public async Task Demo_FromDataToEdge_ReachesEverythingAndStopsAtCtrlC()
    {
        using var folder = new TemporaryFolder();
        await using var demo = OcProcess.Start("demo", "--keep", "--data", folder["data"], "--json", folder["result.json"]);
        await demo.ReadLineAsync("Ctrl-C stops everything.", DemoLimit);
        var agents = ChildProcesses.Of(demo.Id);
        Assert.Equal(3, agents.Count);

        await demo.InterruptAsync();

        var status = await demo.WaitAsync(StopLimit);
        Assert.True(status == 0, $"The demo returned {status}. {demo}");
        Assert.Empty(demo.Errors);
        Assert.DoesNotContain(agents, ChildProcesses.Runs);
        AssertSane(await File.ReadAllTextAsync(folder["result.json"]));
    }

    [RequiresProgramFact("sh")]
    public async Task Demo_WhenStoppedInTheMiddle_LeavesNoProcessAndNoFolder()
    {
        await using var demo = OcProcess.Start("demo");
        await demo.ReadLineAsync("epoch ", DemoLimit);
        var agents = ChildProcesses.Of(demo.Id);
        Assert.Equal(3, agents.Count);
        var folder = DataFolderOf(demo);
        Assert.True(Directory.Exists(folder), $"There is no {folder}.");

        await demo.InterruptAsync();

        Assert.Equal(130, await demo.WaitAsync(StopLimit));
        Assert.Equal(["stopped."], demo.Errors);
        Assert.DoesNotContain(agents, ChildProcesses.Runs);
        Assert.False(Directory.Exists(folder), $"{folder} is left.");
    }

    [Fact]
    public async Task Demo_WhenKilled_TakesItsAgentsAlong()
    {
        using var folder = new TemporaryFolder();
        await using var demo = OcProcess.Start("demo", "--data", folder["data"]);
        await demo.ReadLineAsync("epoch ", DemoLimit);
        var agents = ChildProcesses.Of(demo.Id);
        Assert.Equal(3, agents.Count);

        await demo.KillAsync();

        await Poll.UntilAsync(
            "the agents of the killed demo end",
            () => Task.FromResult(agents.Count(ChildProcesses.Runs)),
            count => count == 0,
            StopLimit);
    }

    private static string DataFolderOf(OcProcess demo) =>
        demo.Output.SelectMany(line => line.Split(' ')).First(word => word.Contains("oc-demo-", StringComparison.Ordinal)).TrimEnd('.');

    private static void AssertSane(string json)
    {
        using var document = JsonDocument.Parse(json);
        var result = document.RootElement;
        AssertFields(
            result,
            "accuracy", "train_images_per_second", "nodes", "heterogeneous_efficiency", "agents", "tampered_package_refused", "telemetry",
            "alarms", "usage", "wall_seconds", "peak_memory_bytes");
        Assert.InRange(Number(result, "accuracy"), 0.87, 1);
        Assert.InRange(Number(result, "train_images_per_second"), 1, 1e7);
        Assert.InRange(Number(result, "heterogeneous_efficiency"), 0.1, 2);

        var nodes = result.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(3, nodes.Count);
        Assert.All(nodes, node => AssertFields(node, "name", "accelerator", "score_gflops", "share", "images_per_second"));
        Assert.All(nodes, node => Assert.True(Number(node, "score_gflops") > 0 && Number(node, "images_per_second") > 0, node.ToString()));
        Assert.Equal(1, nodes.Sum(node => Number(node, "share")), 0.02);

        var agents = result.GetProperty("agents").EnumerateArray().ToList();
        Assert.Equal(3, agents.Count);
        Assert.All(agents, agent => AssertFields(
            agent, "id", "model_version", "inferences", "accuracy", "latency_p50_ms", "latency_p99_ms"));
        Assert.Single(agents.Select(agent => Number(agent, "model_version")).Distinct());
        Assert.Equal(10_000, agents.Sum(agent => Number(agent, "inferences")));
        Assert.All(agents, agent => Assert.InRange(Number(agent, "latency_p50_ms"), 0, Number(agent, "latency_p99_ms")));

        Assert.True(result.GetProperty("tampered_package_refused").GetBoolean());
        var telemetry = result.GetProperty("telemetry");
        AssertFields(telemetry, "sent", "stored", "twin_updates");
        Assert.Equal(Number(telemetry, "sent"), Number(telemetry, "stored"));
        Assert.InRange(Number(telemetry, "sent"), 10_000, 100_000);
        Assert.InRange(Number(telemetry, "twin_updates"), 1, Number(telemetry, "sent"));

        var alarms = result.GetProperty("alarms");
        AssertFields(alarms, "raised", "true_events_hit", "false_alarms");
        Assert.Equal(2, Number(alarms, "true_events_hit"));
        var usage = result.GetProperty("usage");
        AssertFields(usage, "accelerator_seconds", "amount", "currency");
        Assert.True(Number(usage, "accelerator_seconds") > 0 && Number(usage, "amount") > 0, usage.ToString());
        Assert.Equal(3, usage.GetProperty("currency").GetString()!.Length);
        Assert.InRange(Number(result, "wall_seconds"), 1, DemoLimit.TotalSeconds);
        Assert.InRange(Number(result, "peak_memory_bytes"), 50e6, 1.5e9);
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static void AssertFields(JsonElement element, params string[] names) =>
        Assert.Equal(names, element.EnumerateObject().Select(property => property.Name));
}
