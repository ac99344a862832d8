using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>A connection of a device, with its link once the grain knows it.</summary>
internal sealed class AttachedConnection(DeviceConnection connection, DeviceLink link)
{
    public DeviceConnection Connection { get; } = connection;

    public DeviceLink Link { get; } = link;

    /// <summary>What the grain holds; null before the first attach. Used by the session's pump only.</summary>
    public IDeviceLink? Reference { get; set; }
}
