using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansCompute.EndToEnd.Running;
using OrleansCompute.TestKit;

namespace OrleansCompute.EndToEnd;

public sealed class UpTests : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(90);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [RequiresProgramFact("sh")]
    public async Task Up_UntilCtrlC_PrintsOneLineAndEndsWell()
    {
        await using var server = await OcServer.StartAsync(folder["data"], "--json", folder["up.json"]);
        Assert.True(File.Exists(folder["data/server.json"]), "server.json is missing");
        Assert.Contains(server.HttpAddress.GetLeftPart(UriPartial.Authority), await File.ReadAllTextAsync(folder["up.json"]), StringComparison.Ordinal);

        await server.Process.InterruptAsync();

        Assert.Equal(0, await server.Process.WaitAsync(StopLimit));
        Assert.Equal([server.ReadyLine], server.Process.Output);
        Assert.Empty(server.Process.Errors);
        Assert.False(File.Exists(folder["data/server.json"]), "server.json is left");
    }

    [Theory]
    [InlineData("--http-port")]
    [InlineData("--mqtt-port")]
    public async Task Up_WhenAPortIsInUse_EndsWithOneLineThatNamesIt(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var free = option == "--http-port" ? "--mqtt-port" : "--http-port";

        await using var up = OcProcess.Start("up", "--data", folder["data"], option, port, free, "0");

        Assert.Equal(1, await up.WaitAsync());
        Assert.Empty(up.Output);
        Assert.Equal([$"error: {option[2..]} is {port}, which is in use; choose another with {option}, or 0 for a free one."], up.Errors);
    }

    [Fact]
    public async Task Up_WhenAnotherServerRunsOnTheFolder_EndsWithOneLineAndLeavesThatOneAlone()
    {
        await using var server = await OcServer.StartAsync(folder["data"]);

        await using var second = OcProcess.Start("up", "--data", folder["data"], "--http-port", "0", "--mqtt-port", "0");

        Assert.Equal(1, await second.WaitAsync());
        Assert.Contains("in use by another server", Assert.Single(second.Errors), StringComparison.Ordinal);
        await server.RunAsync("smi");
    }

    [RequiresProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Up_WhenAnonymousIsAllowed_CarriesMosquittosMessages()
    {
        await using var server = await OcServer.StartAsync(folder["data"], "--allow-anonymous");
        var port = server.MqttPort.ToString(CultureInfo.InvariantCulture);

        // Retained: whoever subscribes later gets it.
        foreach (var version in (string[])["mqttv311", "mqttv5"])
        {
            var published = await ToolAsync(
                "mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-V", version, "-q", "1", "-r", "-t", $"hall/{version}/light", "-m", "on since noon");
            Assert.Equal("", published);

            var received = await ToolAsync(
                "mosquitto_sub", "-h", "127.0.0.1", "-p", port, "-V", version, "-q", "1", "-t", "hall/+/light", "-C", "1", "-W", "30", "-v");
            Assert.EndsWith("light on since noon\n", received, StringComparison.Ordinal);
        }
    }

    private static async Task<string> ToolAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(ProgramPath.Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().OrFailAsync($"{program} ended", TimeSpan.FromSeconds(60));
            Assert.True(process.ExitCode == 0, $"{program} returned {process.ExitCode}: {await errors}");
            return await output;
        }
        finally
        {
            process.Kill();
        }
    }
}
