using System.Net;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>Who asks to connect. All of it comes from the network and is untrusted.</summary>
public sealed class MqttConnectRequest
{
    /// <summary>1 to 65,535 bytes; made up by the broker when the client left it empty.</summary>
    public required string ClientId { get; init; }

    /// <summary>Null when absent.</summary>
    public string? UserName { get; init; }

    /// <summary>Empty when absent.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The protocol that the client speaks.</summary>
    public required MqttProtocolVersion ProtocolVersion { get; init; }

    /// <summary>Address and port of the client.</summary>
    public required EndPoint RemoteEndPoint { get; init; }

    /// <summary>Whether an earlier session is thrown away.</summary>
    public bool CleanStart { get; init; }

    /// <summary>The topic of the will, null without one; publishing it is checked here, not when it is published.</summary>
    public string? WillTopic { get; init; }
}
