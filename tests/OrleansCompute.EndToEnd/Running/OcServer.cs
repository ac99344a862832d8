using System.Globalization;
using System.Text.Json;
using OrleansCompute.Client;

namespace OrleansCompute.EndToEnd.Running;

/// <summary>`oc up` on free ports, and the commands that talk to it.</summary>
internal sealed class OcServer : IAsyncDisposable
{
    private OcServer(OcProcess process, string dataFolder, string readyLine)
    {
        (Process, DataFolder, ReadyLine) = (process, dataFolder, readyLine);

        // ready: dashboard http://127.0.0.1:8080/… mqtt 127.0.0.1:1883 data /folder
        var words = readyLine.Split(' ');
        HttpAddress = new Uri(new Uri(words[Array.IndexOf(words, "dashboard") + 1]).GetLeftPart(UriPartial.Authority));
        MqttPort = int.Parse(words[Array.IndexOf(words, "mqtt") + 1].Split(':')[1], CultureInfo.InvariantCulture);
    }

    public OcProcess Process { get; }

    public string DataFolder { get; }

    public string ReadyLine { get; }

    public Uri HttpAddress { get; }

    public int MqttPort { get; }

    public static Task<OcServer> StartAsync(string dataFolder, params string[] options) => StartAsync([], dataFolder, options);

    public static async Task<OcServer> StartAsync(IReadOnlyCollection<(string Name, string Value)> environment, string dataFolder, params string[] options)
    {
        var process = OcProcess.Start(environment, ["up", "--data", dataFolder, "--http-port", "0", "--mqtt-port", "0", .. options]);
        try
        {
            return new OcServer(process, dataFolder, await process.ReadLineAsync("ready: "));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>The SDK as the operator.</summary>
    public FabricClient Api() => new(new FabricClientOptions
    {
        BaseAddress = HttpAddress, ApiKey = File.ReadAllText(Path.Combine(DataFolder, "keys", "operator.key")).Trim(),
    });

    /// <summary>Runs a command on this server and returns its JSON; fails unless the command succeeds.</summary>
    public async Task<JsonElement> RunAsync(params string[] arguments)
    {
        var json = Path.Combine(DataFolder, $"result-{Guid.NewGuid():n}.json");
        await using var command = OcProcess.Start([.. arguments, "--data", DataFolder, "--json", json]);
        var status = await command.WaitAsync();
        Assert.True(status == 0, $"oc {string.Join(' ', arguments)} returned {status}. {command}");
        Assert.Empty(command.Errors);
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(json));
        return document.RootElement.Clone();
    }

    /// <summary>Runs a command on this server that must fail with one line; returns the line.</summary>
    public async Task<string> RunRefusedAsync(params string[] arguments)
    {
        await using var command = OcProcess.Start([.. arguments, "--data", DataFolder]);
        var status = await command.WaitAsync();
        Assert.True(status == 1, $"oc {string.Join(' ', arguments)} returned {status}. {command}");
        var error = string.Join('\n', command.Errors);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
