using System.Security.Cryptography;
using OrleansCompute.Edge.Agent.Configuration;
using OrleansCompute.Edge.Protocol.Security;
using OrleansCompute.TestKit;

namespace OrleansCompute.Edge.Agent.Tests.Configuration;

public sealed class AgentConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Read_WhenWritten_GivesTheSame()
    {
        var options = Valid();
        options.Camera = new CameraOptions { ImagesPath = Repository.TestImages, Start = 1, Stride = 3 };
        options.Mote = new MoteOptions { Path = Repository.SensorCsv, MoteId = 4, ReadingsPerSecond = 500, Limit = 7 };
        AgentConfigFile.Write(_folder["agent.json"], options);
        var read = AgentConfigFile.Read(_folder["agent.json"]);
        Assert.Equal(("acme", "cam-1", "acme/cam-1"), (read.Tenant, read.Device, read.UserName));
        Assert.Equal((1, 3, (int?)null), (read.Camera!.Start, read.Camera.Stride, read.Camera.Count));
        Assert.Equal((4, 500d, (int?)7), (read.Mote!.MoteId, read.Mote.ReadingsPerSecond, read.Mote.Limit));
        Assert.Equal(options.ModelPublicKey, read.ModelPublicKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["agent.json"]));
        }
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("", "line 1")]
    [InlineData("null", "is null")]
    [InlineData("[]", "line 1")]
    [InlineData("{\n\"tenant\": \"a\",\n\"prot\": 1 }", "line 3")]
    [InlineData("{\n\"tenant\": \"a\",\n\"prot\": 1 }", "prot")]
    [InlineData("{ \"port\": \"1883\" }", "$.port")]
    [InlineData("{ \"port\": 1.5 }", "$.port")]
    [InlineData("{ \"camera\": { \"start\": true } }", "$.camera.start")]
    public void Read_WhenNoSuchJson_NamesFileAndPlace(string json, string expected)
    {
        File.WriteAllText(_folder["agent.json"], json);
        var message = Assert.Throws<AgentConfigException>(() => AgentConfigFile.Read(_folder["agent.json"])).Message;
        Assert.Contains("agent.json", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenMissingOrTooLarge_SaysSo()
    {
        Assert.Contains("none.json",
            Assert.Throws<AgentConfigException>(() => AgentConfigFile.Read(_folder["none.json"])).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["large.json"], new string(' ', 70_000));
        Assert.Contains("70000 bytes",
            Assert.Throws<AgentConfigException>(() => AgentConfigFile.Read(_folder["large.json"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenManySettingsAreWrong_NamesAllOfThem()
    {
        var options = Valid();
        (options.Tenant, options.Port, options.ModelPublicKey, options.StateDirectory) = ("Acme", 70_000, "nonsense", "");
        (options.TelemetryBatchReadings, options.FetchWindow) = (513, 0);
        options.Camera =
            new CameraOptions { ImagesPath = _folder["no-images"], Start = -1, Stride = 0, Count = 0, ImagesPerSecond = double.NaN };
        options.Mote = new MoteOptions { Path = _folder["no-csv"], ReadingsPerSecond = 0 };
        AgentConfigFile.Write(_folder["agent.json"], new AgentOptions());
        var result = new AgentOptionsValidator().Validate(null, options);
        var all = string.Join('\n', result.Failures!);
        string[] expected =
        [
            "tenant is 'Acme'", "port is 70000; allowed 1 to 65535", "modelPublicKey", "stateDirectory is empty",
            "telemetryBatchReadings is 513; allowed 1 to 512", "fetchWindow is 0", "no-images", "camera.start is -1", "camera.stride is 0",
            "camera.count is 0", "camera.imagesPerSecond is NaN", "no-csv", "mote.readingsPerSecond is 0",
        ];
        Assert.All(expected, part => Assert.Contains(part, all, StringComparison.Ordinal));
        Assert.Equal(expected.Length, result.Failures!.Count());
        var message = Assert.Throws<AgentConfigException>(() => AgentConfigFile.Read(_folder["agent.json"])).Message;
        Assert.Contains("tenant is ''", message, StringComparison.Ordinal);
        Assert.Contains("modelPublicKey is empty", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_WhenPublished_Stay()
    {
        var options = new AgentOptions();
        Assert.Equal(("127.0.0.1", 1883, 100, 16), (options.Host, options.Port, options.TelemetryBatchReadings, options.TelemetryWindow));
        Assert.Equal((100_000, 100, 4, 10, 5), (options.OutboxReadings, options.InferenceBatchResults,
            options.FetchWindow, options.FetchTimeoutSeconds, options.ReportIntervalSeconds));
        Assert.Equal(64L << 20, options.MaxModelBytes);
    }

    private AgentOptions Valid() => new()
    {
        Tenant = "acme", Device = "cam-1", StateDirectory = _folder["state"], ModelPublicKey = ModelSignature.ExportPublicKey(_key),
    };
}
