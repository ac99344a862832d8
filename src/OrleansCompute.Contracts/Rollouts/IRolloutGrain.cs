using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Rollouts;

/// <summary>A roll-out: waves, gate, roll-back. Key: tenant/rollout.</summary>
[Alias("oc.IRolloutGrain")]
public interface IRolloutGrain : IGrainWithStringKey
{
    /// <summary>Begins: offers the model to the first wave.</summary>
    /// <exception cref="FabricRefusedException">The spec is unsound, the model or a device is unknown, or the name is taken.</exception>
    Task<RolloutStatus> Start(RolloutSpec spec);

    /// <summary>The roll-out now.</summary>
    /// <exception cref="FabricNotFoundException">There is no such roll-out.</exception>
    Task<RolloutStatus> GetStatus();

    /// <summary>
    /// From a device of the roll-out: how far it is with an offer. One way, because the roll-out may be waiting for the device at that
    /// moment; one that is lost is made up for, since a running roll-out also asks its devices.
    /// </summary>
    [OneWay]
    Task DeviceReported(string device, Devices.DeviceReport report);
}
