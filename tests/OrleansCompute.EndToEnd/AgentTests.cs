using System.Text.Json.Nodes;
using OrleansCompute.EndToEnd.Running;

namespace OrleansCompute.EndToEnd;

public sealed class AgentTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private OcServer Server => fixture.Server;

    [Fact]
    public async Task Agent_WhenThePasswordIsWrong_EndsWithAClearLine()
    {
        var config = await AddAsync("cam-1", settings => settings["password"] = "guess");

        await using var agent = OcProcess.Start("agent", "--config", config);

        Assert.Equal(1, await agent.WaitAsync(EndLimit));
        var error = Assert.Single(agent.Errors);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains("acme/cam-1", error, StringComparison.Ordinal);
        Assert.Contains("password", error, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_WhenTheSameOneRunsAlready_EndsAtOnceAndTheFirstGoesOn()
    {
        var config = await AddAsync("cam-2");
        await using var first = OcProcess.Start("agent", "--config", config);
        await WhenOnlineAsync("cam-2");

        await using var second = OcProcess.Start("agent", "--config", config);

        Assert.Equal(1, await second.WaitAsync(EndLimit));
        Assert.StartsWith("error: ", Assert.Single(second.Errors), StringComparison.Ordinal);
        await WhenOnlineAsync("cam-2");
        Assert.False(first.HasExited);
    }

    [Fact]
    public async Task Agent_WhenAnotherTakesItsName_OneEndsWithAClearLineAndNothingLoops()
    {
        var config = await AddAsync("cam-3");
        var copy = await ChangeAsync(config, fixture.File("copy.json"), settings => settings["stateDirectory"] = fixture.File("copy-state"));
        await using var first = OcProcess.Start("agent", "--config", config);
        await WhenOnlineAsync("cam-3");

        await using var second = OcProcess.Start("agent", "--config", copy);

        Assert.Equal(1, await first.WaitAsync(EndLimit));
        var error = Assert.Single(first.Errors);
        Assert.Contains("acme/cam-3", error, StringComparison.Ordinal);
        Assert.Contains("another agent runs as the same device", error, StringComparison.Ordinal);
        await WhenOnlineAsync("cam-3");
        Assert.False(second.HasExited, second.ToString());
        Assert.Empty(second.Errors);
    }

    private async Task<string> AddAsync(string device, Action<JsonObject>? change = null)
    {
        await Server.RunAsync("tenant", "create", "acme");
        var config = fixture.File($"{device}.json");
        await Server.RunAsync("device", "add", device, "--config", config, "--tenant", "acme");
        return change is null ? config : await ChangeAsync(config, config, change);
    }

    private static async Task<string> ChangeAsync(string from, string to, Action<JsonObject> change)
    {
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(from))!.AsObject();
        change(settings);
        await File.WriteAllTextAsync(to, settings.ToJsonString());
        return to;
    }

    private async Task WhenOnlineAsync(string device)
    {
        using var api = Server.Api();
        await Poll.UntilAsync($"{device} is online", () => api.Devices.GetAsync("acme", device), status => status.Connection is not null);
    }
}
