namespace OrleansCompute.Gateway.Mqtt;

/// <summary>Who a connection is: a device, or (where the gateway allows it) nobody. Thread-safe.</summary>
internal sealed class MqttClientPrincipal(string connectionId, DeviceAddress? device)
{
    // A client without credentials can act as any device: a bound on the grains that one connection keeps busy.
    private const int MaxActedDevices = 1000;

    private readonly Lock gate = new();
    private readonly HashSet<DeviceAddress> acted = [];
    private bool gone;

    /// <summary>Unique over all connections and restarts.</summary>
    public string ConnectionId { get; } = connectionId;

    /// <summary>The authenticated device; null for a client without credentials.</summary>
    public DeviceAddress? Device { get; } = device;

    /// <summary>Notes that the connection acts as the device.</summary>
    public ActResult ActAs(DeviceAddress address)
    {
        lock (gate)
        {
            return acted.Contains(address) ? ActResult.Known
                : gone || acted.Count >= MaxActedDevices ? ActResult.Refused
                : acted.Add(address) ? ActResult.First : ActResult.Known;
        }
    }

    /// <summary>The connection is gone: gives the devices it acted as, and takes no more.</summary>
    public IReadOnlyList<DeviceAddress> End()
    {
        lock (gate)
        {
            gone = true;
            var devices = acted.ToArray();
            acted.Clear();
            return devices;
        }
    }

    internal enum ActResult
    {
        First,
        Known,
        Refused,
    }
}
