namespace OrleansCompute.Mqtt.Broker;

/// <summary>Why a session lost its connection.</summary>
public enum MqttDisconnectCause
{
    /// <summary>The client said DISCONNECT.</summary>
    ClientDisconnected,

    /// <summary>The connection broke or was closed without DISCONNECT.</summary>
    ConnectionLost,

    /// <summary>Nothing arrived for one and a half keep-alive intervals.</summary>
    KeepAliveTimeout,

    /// <summary>Another connection came with the same client id.</summary>
    TakenOver,

    /// <summary>The client broke the protocol or a limit.</summary>
    ProtocolError,

    /// <summary>A publish could not be refused in any other way, which 3.1.1 requires.</summary>
    PublishRefused,

    /// <summary>The broker stops.</summary>
    ServerStopping,
}
