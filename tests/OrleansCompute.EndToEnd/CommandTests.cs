using System.Text.Json;
using OrleansCompute.EndToEnd.Running;

namespace OrleansCompute.EndToEnd;

/// <summary>Every command against a running server: what it says, and what its JSON holds.</summary>
public sealed class CommandTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private OcServer Server => fixture.Server;

    [Fact]
    public async Task Smi_ShowsTheMeasuredAccelerator()
    {
        var pool = await Server.RunAsync("smi");

        var node = Assert.Single(pool.GetProperty("nodes").EnumerateArray());
        Assert.Equal("Ready", Text(node, "state"));
        var slot = Assert.Single(node.GetProperty("accelerators").EnumerateArray());
        Assert.True(slot.GetProperty("accelerator").GetProperty("score_gflops").GetDouble() > 0);
    }

    [Fact]
    public async Task Job_FromDatasetToModelOnADevice_WorksWithCommandsAlone()
    {
        var tenant = await Server.RunAsync("tenant", "create", "acme", "--max-accelerators", "4");
        Assert.Equal(4, tenant.GetProperty("max_accelerators").GetInt32());
        Assert.StartsWith("oc_", Text(tenant, "api_key"), StringComparison.Ordinal);

        var (images, labels) = TinyDataset.Write(fixture.File("data-files"));
        var dataset = await Server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels, "--tenant", "acme");
        Assert.Equal((TinyDataset.Count, 2), (dataset.GetProperty("count").GetInt32(), dataset.GetProperty("classes").GetInt32()));

        await File.WriteAllTextAsync(fixture.File("tiny.yaml"), TinyDataset.Job("acme", "tiny"));
        var job = await Server.RunAsync("job", "submit", fixture.File("tiny.yaml"), "--wait", "--tenant", "acme");
        Assert.Equal("Succeeded", Text(job, "state"));
        Assert.InRange(job.GetProperty("result").GetProperty("accuracy").GetDouble(), 0.9, 1);

        var shown = await Server.RunAsync("job", "show", "tiny", "--tenant", "acme");
        Assert.Equal("Succeeded", Text(shown, "state"));
        Assert.Contains((await Server.RunAsync("job", "list", "--tenant", "acme")).EnumerateArray(), entry => Text(entry.GetProperty("spec"), "name") == "tiny");

        var model = Assert.Single((await Server.RunAsync("model", "list", "--tenant", "acme")).EnumerateArray());
        Assert.Equal(("halves", 1), (Text(model, "name"), model.GetProperty("version").GetInt32()));
        Assert.Equal(64, Text(model, "sha256").Length);

        await Server.RunAsync("device", "add", "cam-1", "--config", fixture.File("cam-1.json"), "--tenant", "acme");
        await using var agent = OcProcess.Start("agent", "--config", fixture.File("cam-1.json"));
        await agent.ReadLineAsync("acme/cam-1 runs");
        var started = await Server.RunAsync("rollout", "start", "first", "--model", "halves", "--tenant", "acme");
        Assert.Equal(["cam-1"], started.GetProperty("devices").EnumerateArray().Select(device => Text(device, "device")));
        using var api = Server.Api();
        var rollout = await Poll.UntilAsync(
            "the roll-out completes", () => api.Rollouts.GetAsync("acme", "first"), status => status.State != Contracts.Rollouts.RolloutState.Running);
        Assert.True(rollout.State == Contracts.Rollouts.RolloutState.Completed, rollout.ToString());
        Assert.Equal("Completed", Text(await Server.RunAsync("rollout", "show", "first", "--tenant", "acme"), "state"));

        var device = Assert.Single((await Server.RunAsync("device", "list", "--tenant", "acme")).EnumerateArray());
        Assert.Equal(JsonValueKind.Object, device.GetProperty("connection").ValueKind);
        Assert.Equal("halves", Text(device.GetProperty("report"), "model_name"));
        var one = await Server.RunAsync("device", "show", "cam-1", "--tenant", "acme");
        Assert.Equal("cam-1", Text(one.GetProperty("device"), "device"));
    }

    [Fact]
    public async Task Cancel_WhenTheJobRuns_EndsIt()
    {
        await Server.RunAsync("tenant", "create", "stopper");
        var (images, labels) = TinyDataset.Write(fixture.File("data-files"));
        await Server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels, "--tenant", "stopper");
        await File.WriteAllTextAsync(fixture.File("long.yaml"), TinyDataset.Job("stopper", "long", epochs: 1000, batchSize: 1));
        await Server.RunAsync("job", "submit", fixture.File("long.yaml"), "--tenant", "stopper");

        var job = await Server.RunAsync("job", "cancel", "long", "--tenant", "stopper");

        Assert.Equal("Cancelled", Text(job, "state"));
        Assert.Equal("Cancelled", Text(await Server.RunAsync("job", "show", "long", "--tenant", "stopper"), "state"));
        using var api = Server.Api();
        await Poll.UntilAsync("the accelerator is free again", () => api.Pools.GetAsync(), pool => pool.Leases.IsEmpty);
    }

    [Fact]
    public async Task Commands_WhenTheNameIsUnknown_SayWhatIsMissing()
    {
        await Server.RunAsync("tenant", "create", "empty");

        Assert.Contains("nobody", await Server.RunRefusedAsync("job", "show", "nobody", "--tenant", "empty"), StringComparison.Ordinal);
        Assert.Contains("nobody", await Server.RunRefusedAsync("device", "show", "nobody", "--tenant", "empty"), StringComparison.Ordinal);
        Assert.Contains("nobody", await Server.RunRefusedAsync("rollout", "show", "nobody", "--tenant", "empty"), StringComparison.Ordinal);
        Assert.Contains("nowhere", await Server.RunRefusedAsync("job", "list", "--tenant", "nowhere"), StringComparison.Ordinal);
        Assert.Contains("Bad Name", await Server.RunRefusedAsync("tenant", "create", "Bad Name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_WhenThereAreTwoTenants_GoesByTheSpec()
    {
        foreach (var tenant in new[] { "first", "second" })
        {
            await Server.RunAsync("tenant", "create", tenant);
        }

        var (images, labels) = TinyDataset.Write(fixture.File("data-files"));
        await Server.RunAsync("dataset", "add", "halves", "--images", images, "--labels", labels, "--tenant", "second");
        await File.WriteAllTextAsync(
            fixture.File("second.yaml"),
            TinyDataset.Job("second", "quarter", more: "resources: { fraction: { compute: 0.25, memory: 64MB } }"));

        var job = await Server.RunAsync("job", "submit", fixture.File("second.yaml"), "--wait");

        Assert.Equal(("second", "Succeeded"), (Text(job.GetProperty("spec"), "tenant"), Text(job, "state")));
        Assert.Contains(
            "is 'second' in the spec; allowed: 'first'",
            await Server.RunRefusedAsync("job", "submit", fixture.File("second.yaml"), "--tenant", "first"),
            StringComparison.Ordinal);

        // A quarter of an accelerator is billed as a quarter.
        var usage = await Server.RunAsync("usage", "--tenant", "second");
        var line = Assert.Single(usage.GetProperty("lines").EnumerateArray());
        Assert.Equal("quarter", Text(line, "job"));
        Assert.True(line.GetProperty("held_seconds").GetDecimal() > 0);
        Assert.Equal(line.GetProperty("held_seconds").GetDecimal() / 4, line.GetProperty("accelerator_seconds").GetDecimal());
    }

    [Fact]
    public async Task Commands_WhenTheKeyIsWrong_SaySo()
    {
        var error = await Server.RunRefusedAsync("smi", "--key", "oc_wrong");

        Assert.Contains("key", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Dataset_WhenAFileIsTruncated_SaysWhatIsWrongWithIt()
    {
        await Server.RunAsync("tenant", "create", "cutter");
        var (images, labels) = TinyDataset.Write(fixture.File("cut-files"));
        await File.WriteAllBytesAsync(images, (await File.ReadAllBytesAsync(images))[..1000]);

        var error = await Server.RunRefusedAsync("dataset", "add", "cut", "--images", images, "--labels", labels, "--tenant", "cutter");

        Assert.Contains("the end of the file after", error, StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
