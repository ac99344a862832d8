namespace OrleansCompute.Mqtt.Broker;

/// <summary>
/// What the application decides. Called from many connections at once: implementations must be thread-safe. An exception counts
/// as a refusal without a stated reason and is logged.
/// </summary>
public interface IMqttBrokerHandler
{
    /// <summary>Decides on a CONNECT; called once per connection.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="cancellationToken">The connection was lost or timed out.</param>
    ValueTask<MqttConnectDecision> OnConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Takes one message. The acknowledgement is sent when the returned task completes, in the order of arrival; meanwhile the
    /// connection goes on reading, so up to <see cref="MqttBrokerOptions.ReceiveMaximum"/> calls of one connection overlap, each
    /// started in the order of arrival.
    /// </summary>
    /// <param name="publish">The message; its payload is readable only until this method returns its task.</param>
    /// <param name="cancellationToken">The broker stops. Losing the connection does not cancel: the message has arrived.</param>
    ValueTask<MqttPublishDecision> OnPublishAsync(MqttInboundPublish publish, CancellationToken cancellationToken);

    /// <summary>Decides on one topic filter; must return quickly, the connection waits.</summary>
    MqttSubscribeDecision OnSubscribe(MqttSubscribeRequest request);

    /// <summary>A session got a connection. Calls for one client id never overlap and come in order; must return quickly.</summary>
    void OnConnected(MqttSessionInfo session);

    /// <summary>The session lost its connection. Every <see cref="OnConnected"/> is followed by exactly one call.</summary>
    void OnDisconnected(MqttSessionInfo session, MqttDisconnectCause cause);
}
