using OrleansCompute.Contracts;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>A device and its tenant; both names are well formed.</summary>
internal readonly record struct DeviceAddress(string Tenant, string Device)
{
    /// <summary>Key of its grain, and its MQTT user name.</summary>
    public string Key => FabricKey.Of(Tenant, Device);

    /// <summary>Beginning of its topics.</summary>
    public string TopicPrefix => $"oc/v1/{Tenant}/{Device}/";
}
