using Microsoft.Extensions.Logging;

namespace OrleansCompute.Mqtt.Broker;

/// <summary>What every connection of one broker shares.</summary>
internal sealed record BrokerContext(
    MqttBrokerOptions Options,
    IMqttBrokerHandler Handler,
    MessageRouter Router,
    SessionRegistry Sessions,
    BrokerCounters Counters,
    TimeProvider Time,
    ILogger Logger,
    CancellationToken Stopping);
