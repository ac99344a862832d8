namespace OrleansCompute.Mqtt.Client;

/// <summary>What the broker answered to a CONNECT that it accepted.</summary>
public sealed record MqttConnectResult
{
    /// <summary>The client's id, the assigned one if it had none.</summary>
    public required string ClientId { get; init; }

    /// <summary>Whether the broker continues an earlier session, with its subscriptions.</summary>
    public required bool SessionPresent { get; init; }

    /// <summary>Publishes that may be unacknowledged at once, 1 to 65,535.</summary>
    public required int ReceiveMaximum { get; init; }

    /// <summary>Largest packet that the broker takes, bytes; null: it did not say.</summary>
    public uint? MaximumPacketSizeBytes { get; init; }
}
