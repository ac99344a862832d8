using OrleansCompute.Contracts;
using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>Who may publish and subscribe where. Pure.</summary>
internal static class TopicAccess
{
    /// <summary>What the fabric keeps for itself; other topics are those of an ordinary broker.</summary>
    public const string FabricRoot = "oc/";

    /// <summary>Whether the topic is the fabric's, and not one of an ordinary broker.</summary>
    public static bool IsFabricTopic(string topic) => topic.StartsWith(FabricRoot, StringComparison.Ordinal) || topic == "oc";

    /// <summary>Decides on a topic that a client publishes to.</summary>
    /// <param name="device">The authenticated device; null for a client without credentials.</param>
    /// <param name="topic">The topic name.</param>
    public static PublishAccess Publish(DeviceAddress? device, string topic)
    {
        if (!IsFabricTopic(topic))
        {
            return device is null ? new PublishAccess.Ordinary()
                : new PublishAccess.Refused(RejectReason.NotAuthorized, $"devices publish under '{device.Value.TopicPrefix}' only");
        }

        if (!DeviceTopic.TryParse(topic, out var parsed, out var reason))
        {
            return device is { } known && !topic.StartsWith(known.TopicPrefix, StringComparison.Ordinal)
                ? new PublishAccess.Refused(
                    RejectReason.NotAuthorized, $"the topic is not the device's own; allowed: under '{known.TopicPrefix}'")
                : new PublishAccess.Refused(RejectReason.MalformedTopic, reason);
        }

        var address = new DeviceAddress(parsed.Tenant, parsed.Device);
        if (device is { } own && own != address)
        {
            return new PublishAccess.Refused(
                RejectReason.NotAuthorized, $"the topic is another device's; allowed: under '{own.TopicPrefix}'");
        }

        return DeviceTopics.FromDevice(parsed.Channel)
            ? new PublishAccess.FromDevice(address, parsed)
            : new PublishAccess.Refused(RejectReason.NotAuthorized, $"only the fabric publishes on the channel {parsed.Channel}");
    }

    /// <summary>
    /// Whether the client may subscribe to the filter: a device within its own prefix; a client without credentials anywhere, since
    /// it can act as any device.
    /// </summary>
    public static bool MaySubscribe(DeviceAddress? device, string filter) =>
        device is null || filter.StartsWith(device.Value.TopicPrefix, StringComparison.Ordinal);

    /// <summary>The device that a filter names in full, so that whoever subscribes to it acts as that device; null for none.</summary>
    public static DeviceAddress? DeviceOfFilter(string filter) =>
        filter.Split('/') is ["oc", "v1", var tenant, var device, _, ..]
        && FabricNames.Explain("tenant", tenant) is null && FabricNames.Explain("device", device) is null
            ? new DeviceAddress(tenant, device)
            : null;

    /// <summary>
    /// Whether the client may leave a will on the topic: nobody forges what the fabric says, or what another device says.
    /// </summary>
    public static bool MayLeaveWill(DeviceAddress? device, string topic) =>
        Publish(device, topic) is PublishAccess.Ordinary or PublishAccess.FromDevice;
}
