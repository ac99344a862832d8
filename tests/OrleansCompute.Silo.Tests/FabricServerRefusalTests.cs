using System.Net;
using System.Net.Sockets;
using OrleansCompute.TestKit;

namespace OrleansCompute.Silo.Tests;

/// <summary>Why a server does not start: each reason names the value and the way out, and leaves everything free.</summary>
public sealed class FabricServerRefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("http-port")]
    [InlineData("mqtt-port")]
    public async Task StartAsync_WhenAPortIsInUse_NamesOptionAndPortAndFreesTheFolder(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = await Assert.ThrowsAsync<FabricServerException>(
            () => TestServer.StartAsync(folder["data"], option == "http-port" ? port : 0, option == "mqtt-port" ? port : 0));

        Assert.Contains($"{option} is {port}, which is in use", error.Message, StringComparison.Ordinal);
        Assert.Contains($"--{option}", error.Message, StringComparison.Ordinal);
        await using var server = await TestServer.StartAsync(folder["data"]);
    }

    [Fact]
    public async Task StartAsync_WhenAnotherServerUsesTheFolder_SaysSoAndDisturbsItNot()
    {
        await using var first = await TestServer.StartAsync(folder["data"]);

        var error = await Assert.ThrowsAsync<FabricServerException>(() => TestServer.StartAsync(folder["data"]));

        Assert.Contains(folder["data"], error.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another server", error.Message, StringComparison.Ordinal);
        using var api = TestServer.Api(first);
        Assert.Empty(await api.Tenants.ListAsync());
    }

    [Fact]
    public async Task StartAsync_WhenTheFolderIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(folder["data"], "mine");

        var error = await Assert.ThrowsAsync<FabricServerException>(() => TestServer.StartAsync(folder["data"]));

        Assert.Contains(folder["data"], error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["data"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqG\n-----END PRIVATE KEY-----\n")]
    public async Task StartAsync_WhenTheSigningKeyIsDamaged_KeepsItAndStartsOnceItIsRestored(string content)
    {
        await TestServer.StopAsync(await TestServer.StartAsync(folder["data"]));
        var path = folder["data/keys/model-signing.pem"];
        var good = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, content);

        var error = await Assert.ThrowsAsync<FabricServerException>(() => TestServer.StartAsync(folder["data"]));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("backup", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(path));
        await File.WriteAllTextAsync(path, good);
        await using var server = await TestServer.StartAsync(folder["data"]);
    }

    [Theory]
    [InlineData("", "0 characters")]
    [InlineData("op_0123\n", "7 characters")]
    public async Task StartAsync_WhenTheOperatorKeyIsCutOff_NamesFileAndRange(string content, string found)
    {
        Directory.CreateDirectory(folder["data/keys"]);
        await File.WriteAllTextAsync(folder["data/keys/operator.key"], content);

        var error = await Assert.ThrowsAsync<FabricServerException>(() => TestServer.StartAsync(folder["data"]));

        Assert.Contains(folder["data/keys/operator.key"], error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("32 to 256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WhenGivenUp_StopsWhatItStarted()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FabricServer.StartAsync(
            new FabricServerOptions { DataFolder = folder["data"], Nodes = [TestServer.Node("n1")] }, TimeProvider.System, stop.Token));

        await using var server = await TestServer.StartAsync(folder["data"]);
    }

    [Fact]
    public void Keys_AreReadableByTheirOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = folder["keys/some.key"];
        Security.PrivateFile.Write(path, "secret");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }
}
