using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Scheduling.Objectives;

namespace OrleansCompute.Silo.Tests;

public sealed class FabricServerOptionsTests
{
    [Fact]
    public void Validate_WhenOnlyAFolderIsGiven_FindsNothing() =>
        Assert.Empty(new FabricServerOptions { DataFolder = "data" }.Validate());

    [Theory]
    [InlineData(" ", 0, 0, 1, "--data")]
    [InlineData("data", -1, 0, 1, "http-port is -1; allowed: 0 to 65535")]
    [InlineData("data", 65536, 0, 1, "http-port is 65536; allowed: 0 to 65535")]
    [InlineData("data", 0, -5, 1, "mqtt-port is -5; allowed: 0 to 65535")]
    [InlineData("data", 0, 70000, 1, "mqtt-port is 70000; allowed: 0 to 65535")]
    [InlineData("data", 4000, 4000, 1, "both 4000")]
    [InlineData("data", 0, 0, 0, "0 nodes; allowed: 1 to 64")]
    [InlineData("data", 0, 0, 65, "65 nodes; allowed: 1 to 64")]
    public void Validate_WhenAValueIsOutOfRange_NamesValueAndRange(string folder, int http, int mqtt, int nodes, string expected)
    {
        var options = new FabricServerOptions
        {
            DataFolder = folder,
            HttpPort = http,
            MqttPort = mqtt,
            Nodes = [.. Enumerable.Range(1, nodes).Select(i => TestServer.Node($"n{i}"))],
        };

        Assert.Contains(expected, Assert.Single(options.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenNoPolicyHasTheName_ListsThoseThereAre()
    {
        var options = new FabricServerOptions { DataFolder = "data", Policy = "lottery" };

        var problem = Assert.Single(options.Validate());
        Assert.Contains("policy is 'lottery'", problem, StringComparison.Ordinal);
        Assert.Contains("tiresias", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenMachineOrObjectivesAreOutOfRange_NamesThem()
    {
        var options = new FabricServerOptions
        {
            DataFolder = "data",
            Nodes = [TestServer.Node("a") with { Host = new HostOptions { Rack = "R" } }],
            Cost = new CostOptions { SpeedTolerance = 2 },
            Spot = new SpotOptions { LeadSeconds = -1 },
            Defragmentation = new DefragmentationOptions { GainFactor = 0 },
        };

        Assert.Collection(
            options.Validate(),
            problem => Assert.StartsWith("node a: Rack is 'R'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("cost: SpeedTolerance is 2", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("spot: LeadSeconds is -1", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("defragmentation: GainFactor is 0", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_WhenTwoNodesShareAName_NamesIt()
    {
        var options = new FabricServerOptions { DataFolder = "data", Nodes = [TestServer.Node("a"), TestServer.Node("b"), TestServer.Node("a")] };

        Assert.Contains("2 nodes are named 'a'", Assert.Single(options.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenSeveralValuesAreWrong_FindsAll() =>
        Assert.Equal(3, new FabricServerOptions { DataFolder = "", HttpPort = -1, MqttPort = 99_999 }.Validate().Count);

    [Fact]
    public async Task StartAsync_WhenOptionsAreUnsound_NamesAllAndMakesNothing()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"oc-test-{Guid.NewGuid():n}");
        var options = new FabricServerOptions { DataFolder = folder, HttpPort = -1, MqttPort = 99_999 };

        var error = await Assert.ThrowsAsync<FabricServerException>(
            () => FabricServer.StartAsync(options, TimeProvider.System, CancellationToken.None));

        Assert.Contains("http-port is -1", error.Message, StringComparison.Ordinal);
        Assert.Contains("mqtt-port is 99999", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }
}
