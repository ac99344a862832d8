using OrleansCompute.Mqtt.Broker;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Gateway.Mqtt;

/// <summary>The way out to devices. Thread-safe.</summary>
internal interface IMqttPublisher
{
    /// <summary>Queues a message for its subscribers; nothing happens while the broker does not run.</summary>
    ValueTask<MqttPublishOutcome> PublishAsync(MqttMessage message, CancellationToken cancellationToken);
}
