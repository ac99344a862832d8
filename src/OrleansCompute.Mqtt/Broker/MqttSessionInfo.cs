using System.Net;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>One connection of one client, as the application sees it. Immutable.</summary>
public sealed class MqttSessionInfo
{
    /// <summary>Unique among the connected clients.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null when absent.</summary>
    public string? UserName { get; init; }

    /// <summary>What <see cref="MqttConnectDecision.Accept"/> was given.</summary>
    public object? Principal { get; init; }

    /// <summary>The protocol that the client speaks.</summary>
    public required MqttProtocolVersion ProtocolVersion { get; init; }

    /// <summary>Address and port of the client.</summary>
    public required EndPoint RemoteEndPoint { get; init; }

    /// <summary>Whether the client continues an earlier session.</summary>
    public bool SessionPresent { get; init; }
}
