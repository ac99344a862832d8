using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Client;

/// <summary>Devices of a tenant. Thread-safe.</summary>
public sealed class DevicesClient
{
    private readonly FabricHttp api;

    internal DevicesClient(FabricHttp api) => this.api = api;

    /// <summary>Creates a device, or gives an existing one a new secret.</summary>
    /// <returns>What the device needs to connect; the secret is shown this once.</returns>
    public Task<DeviceCredentials> ProvisionAsync(string tenant, string device, CancellationToken cancellationToken = default) =>
        api.PostAsync<DeviceCredentials>(FabricHttp.Path("tenants", tenant, "devices", device), null, cancellationToken);

    /// <summary>All devices, by name.</summary>
    public Task<IReadOnlyList<DeviceStatus>> ListAsync(string tenant, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<DeviceStatus>>(FabricHttp.Path("tenants", tenant, "devices"), cancellationToken);

    /// <summary>A device's twin.</summary>
    public Task<DeviceStatus> GetAsync(string tenant, string device, CancellationToken cancellationToken = default) =>
        api.GetAsync<DeviceStatus>(FabricHttp.Path("tenants", tenant, "devices", device), cancellationToken);

    /// <summary>A device's alarms, oldest first, the newest 1,000.</summary>
    public Task<IReadOnlyList<Alarm>> GetAlarmsAsync(string tenant, string device, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<Alarm>>(FabricHttp.Path("tenants", tenant, "devices", device, "alarms"), cancellationToken);

    /// <summary>Stored readings in the order of their sequence numbers.</summary>
    /// <param name="tenant">Tenant.</param>
    /// <param name="device">Device.</param>
    /// <param name="afterSequence">Begin after this number; -1 (the default) for the first.</param>
    /// <param name="limit">At most so many, 1 to 10,000. Default 100.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<IReadOnlyList<Reading>> GetReadingsAsync(
        string tenant, string device, long afterSequence = -1, int limit = 100, CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<Reading>>(
            FabricHttp.Path("tenants", tenant, "devices", device, "readings")
                + $"?after={FabricHttp.Number(afterSequence)}&limit={FabricHttp.Number(limit)}",
            cancellationToken);

    /// <summary>How many readings of the device are stored.</summary>
    public async Task<long> CountReadingsAsync(string tenant, string device, CancellationToken cancellationToken = default) =>
        (await api.GetAsync<ReadingsCount>(FabricHttp.Path("tenants", tenant, "devices", device, "readings", "count"), cancellationToken)
            .ConfigureAwait(false)).Count;

    private sealed record ReadingsCount(long Count);
}
