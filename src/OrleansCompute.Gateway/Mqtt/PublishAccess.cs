using OrleansCompute.Edge.Protocol.Topics;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>What a client may do with a topic it publishes to.</summary>
internal abstract record PublishAccess
{
    private PublishAccess()
    {
    }

    /// <summary>Not the fabric's business: route it to subscribers.</summary>
    internal sealed record Ordinary : PublishAccess;

    /// <summary>A device speaks to the fabric.</summary>
    internal sealed record FromDevice(DeviceAddress Address, DeviceTopic Topic) : PublishAccess;

    /// <summary>It may not, and why.</summary>
    internal sealed record Refused(RejectReason Reason, string Detail) : PublishAccess;
}
