using System.Collections.Immutable;
using System.Net.Sockets;
using OrleansCompute.Client;
using OrleansCompute.Grains.Accelerators;
using OrleansCompute.Mqtt.Client;
using OrleansCompute.TestKit;

namespace OrleansCompute.Silo.Tests;

/// <summary>Servers of one small node, and what talks to them.</summary>
internal static class TestServer
{
    // A quarter of a core: enough to be measured.
    private static readonly ImmutableArray<AcceleratorOptions> Accelerator = [new() { Name = "cpu0", ComputeShareFraction = 0.25 }];

    public static NodeSetup Node(string name) => new(name, Accelerator);

    public static Task<FabricServer> StartAsync(string dataFolder, int httpPort = 0, int mqttPort = 0, params string[] nodes) =>
        FabricServer.StartAsync(
            new FabricServerOptions
            {
                DataFolder = dataFolder,
                HttpPort = httpPort,
                MqttPort = mqttPort,
                Nodes = [.. (nodes is [] ? ["n1"] : nodes).Select(Node)],
            },
            TimeProvider.System,
            CancellationToken.None).OrFailAsync("the server started", TimeSpan.FromSeconds(60));

    public static async Task StopAsync(FabricServer server) => await server.DisposeAsync().AsTask().OrFailAsync("the server stopped");

    /// <summary>The SDK, as the operator unless another key is given.</summary>
    public static FabricClient Api(FabricServer server, string? key = null) =>
        new(new FabricClientOptions { BaseAddress = server.HttpAddress, ApiKey = key ?? server.OperatorKey });

    public static MqttClient Mqtt(FabricServer server, string device, string password) => new(
        new MqttClientOptions
        {
            Port = server.MqttEndpoint.Port, ClientId = device, UserName = device, Password = password, AutomaticReconnect = false,
        },
        TimeProvider.System);

    public static async Task<bool> IsListeningAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
