using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>The way from a device's grain to the gateway that holds its connection.</summary>
[Alias("oc.IDeviceLink")]
public interface IDeviceLink : IGrainObserver
{
    /// <summary>Offers the model to the device; the gateway signs the offer and publishes it, retained.</summary>
    void Offer(DesiredModel model);
}
