using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>The end of a device's link that its grain calls. The session keeps it alive: grain references to observers are weak.</summary>
internal sealed class DeviceLink(Action<DesiredModel> offer) : IDeviceLink
{
    /// <inheritdoc/>
    public void Offer(DesiredModel model) => offer(model);
}
