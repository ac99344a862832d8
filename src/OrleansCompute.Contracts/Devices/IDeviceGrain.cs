using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>A device: twin, connectivity, last values, desired model, alarms. Key: tenant/device.</summary>
[Alias("oc.IDeviceGrain")]
public interface IDeviceGrain : IGrainWithStringKey
{
    /// <summary>Creates the device, or gives an existing one a new secret.</summary>
    Task<DeviceCredentials> Provision();

    /// <summary>Whether this is the device's secret; false for a device that was never provisioned.</summary>
    Task<bool> Authenticate(string secret);

    /// <summary>A connection is up; the newest wins. Also called again where the grain has forgotten the link.</summary>
    /// <returns>The model to offer, or null.</returns>
    Task<DesiredModel?> Attach(IDeviceLink link, DeviceConnection connection);

    /// <summary>A connection is gone; ignored where a newer one is up.</summary>
    Task Detach(string connectionId, string cause);

    /// <summary>Readings that are stored already, in order. Those that the twin knows are ignored.</summary>
    /// <returns>Whether the grain knows the connection; where not, the gateway attaches again.</returns>
    Task<bool> RecordReadings(string connectionId, ImmutableArray<Reading> readings);

    /// <summary>Counts inference results that are stored already.</summary>
    /// <param name="connectionId">Connection they came over.</param>
    /// <param name="count">Results that were new.</param>
    /// <returns>Whether the grain knows the connection.</returns>
    Task<bool> RecordInferences(string connectionId, int count);

    /// <summary>The device says what it is and does.</summary>
    /// <returns>Whether the grain knows the connection.</returns>
    Task<bool> RecordReport(string connectionId, DeviceReport report);

    /// <summary>Sets the model to run; offered at once where the device is connected, else when it connects.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rollout">Roll-out that wants to hear of the outcome; null for none.</param>
    Task SetDesiredModel(DesiredModel model, string? rollout);

    /// <summary>Takes a roll-out's model back where none was known before; nothing where the model is no longer that offer.</summary>
    /// <param name="issue">Number of the roll-out's offer.</param>
    /// <param name="model">Name of its model.</param>
    Task ClearDesiredModel(string model, long issue);

    /// <summary>The twin now.</summary>
    /// <exception cref="FabricNotFoundException">The device was never provisioned.</exception>
    Task<DeviceStatus> GetStatus();

    /// <summary>Alarms, oldest first, the newest 1,000.</summary>
    Task<ImmutableArray<Alarm>> GetAlarms();
}
