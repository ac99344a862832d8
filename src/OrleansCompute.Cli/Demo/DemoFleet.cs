using OrleansCompute.Client;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Edge.Agent.Configuration;

namespace OrleansCompute.Cli.Demo;

/// <summary>The demo's three agents: each with credentials, a camera and a mote of its own.</summary>
internal sealed class DemoFleet : IAsyncDisposable
{
    // Fast enough to be done while the model trains, slow enough to be seen on the dashboard.
    private const double ReadingsPerSecond = 250;
    private const int ReportIntervalSeconds = 1;
    private readonly List<AgentProcess> _processes = [];

    private DemoFleet(string tenant, IReadOnlyList<string> devices) => (Tenant, Devices) = (tenant, devices);

    public string Tenant { get; }

    public IReadOnlyList<string> Devices { get; }

    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(process => process.Id)];

    /// <summary>Provisions the devices over the REST API and starts their agents, the first of them behind the relay.</summary>
    public static async Task<DemoFleet> StartAsync(
        FabricClient client,
        string tenant,
        DemoData data,
        int mqttPort,
        int relayPort,
        string folder,
        CancellationToken cancellationToken)
    {
        var fleet = new DemoFleet(tenant, [.. DemoData.Motes.Select((_, i) => $"edge-{i + 1}")]);
        try
        {
            for (var i = 0; i < fleet.Devices.Count; i++)
            {
                var credentials = await client.Devices.ProvisionAsync(tenant, fleet.Devices[i], cancellationToken);
                var home = Path.Combine(folder, fleet.Devices[i]);
                Directory.CreateDirectory(home);
                var config = Path.Combine(home, "agent.json");
                AgentConfigFile.Write(config, Configure(credentials, data, i == 0 ? relayPort : mqttPort, Path.Combine(home, "state"), i));
                fleet._processes.Add(AgentProcess.Start(config));
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fails where an agent has ended by itself.</summary>
    /// <exception cref="CommandException">One has; the message has what it wrote.</exception>
    public async Task CheckAsync()
    {
        for (var i = 0; i < _processes.Count; i++)
        {
            if (_processes[i].HasExited)
            {
                throw new CommandException($"Agent {Devices[i]} ended by itself: {(await _processes[i].ReadErrorsAsync()).Trim()}");
            }
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_processes.Select(process => process.DisposeAsync().AsTask()));

    private static AgentOptions Configure(DeviceCredentials credentials, DemoData data, int mqttPort, string stateFolder, int index) => new()
    {
        Tenant = credentials.Tenant,
        Device = credentials.Device,
        Port = mqttPort,
        Password = credentials.Secret,
        ModelPublicKey = credentials.ModelPublicKey,
        StateDirectory = stateFolder,
        ReportIntervalSeconds = ReportIntervalSeconds,
        Camera = new CameraOptions { ImagesPath = data.TestImages.FullName, Start = index, Stride = DemoData.Motes.Count },
        Mote = new MoteOptions { Path = data.MoteReadings.FullName, MoteId = DemoData.Motes[index], ReadingsPerSecond = ReadingsPerSecond },
    };
}
