namespace OrleansCompute.Mqtt.Broker;

/// <summary>Counters since the start and gauges of now, read one after another without a lock.</summary>
public sealed record MqttBrokerStatistics
{
    /// <summary>Sockets open now.</summary>
    public required int Connections { get; init; }

    /// <summary>Sessions now, connected or not.</summary>
    public required int Sessions { get; init; }

    /// <summary>Subscriptions now.</summary>
    public required int Subscriptions { get; init; }

    /// <summary>Retained messages now.</summary>
    public required int RetainedMessages { get; init; }

    /// <summary>Payload bytes of the retained messages now.</summary>
    public required long RetainedBytes { get; init; }

    /// <summary>Publishes taken from clients.</summary>
    public required long MessagesReceived { get; init; }

    /// <summary>Publishes written to clients, repetitions included.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>Messages dropped for one session each: queue full, expired, or too large for the client.</summary>
    public required long MessagesDropped { get; init; }

    /// <summary>Publishes and subscriptions that the handler or a limit refused.</summary>
    public required long RequestsRefused { get; init; }

    /// <summary>Messages that were not retained because of a limit.</summary>
    public required long RetainsRefused { get; init; }

    /// <summary>Connections refused: credentials, limits, or no valid CONNECT.</summary>
    public required long ConnectionsRefused { get; init; }

    /// <summary>Connections ended by the broker because the client broke the protocol.</summary>
    public required long ProtocolErrors { get; init; }
}
