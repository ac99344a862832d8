using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Server;

namespace OrleansCompute.Client;

/// <summary>The server's own state, for operators. Thread-safe.</summary>
public sealed class ServerClient
{
    private readonly FabricHttp api;

    internal ServerClient(FabricHttp api) => this.api = api;

    /// <summary>Version, MQTT address and counters of the server.</summary>
    public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        api.GetAsync<ServerStatus>("status", cancellationToken);
}
