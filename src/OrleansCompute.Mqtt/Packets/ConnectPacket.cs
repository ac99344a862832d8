namespace OrleansCompute.Mqtt.Packets;

internal sealed class ConnectPacket : MqttPacket
{
    public override MqttPacketType Type => MqttPacketType.Connect;

    public required MqttProtocolVersion Version { get; init; }

    public bool CleanStart { get; init; }

    /// <summary>Zero switches the check off.</summary>
    public ushort KeepAliveSeconds { get; init; }

    public required string ClientId { get; init; }

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    public WillMessage? Will { get; init; }
}
