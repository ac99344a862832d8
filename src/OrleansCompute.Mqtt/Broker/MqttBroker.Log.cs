using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Mqtt.Broker;

public sealed partial class MqttBroker
{
    [LoggerMessage(3000, LogLevel.Information, "MQTT broker listens on {Endpoint}")]
    private partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(3001, LogLevel.Warning, "A connection could not be accepted")]
    private partial void LogAcceptFailed(Exception error);

    [LoggerMessage(3002, LogLevel.Error, "The broker's {Hook} failed for client '{ClientId}'")]
    private partial void LogHookFailed(Exception error, string hook, string clientId);
}
