using System.Net;
using Microsoft.Extensions.Logging;
using OrleansCompute.Mqtt.Packets;

namespace OrleansCompute.Mqtt.Broker;

internal sealed partial class Connection
{
    [LoggerMessage(3010, LogLevel.Debug, "Client '{ClientId}' connected from {Remote} with {Version}")]
    private partial void LogConnected(string clientId, EndPoint remote, MqttProtocolVersion version);

    [LoggerMessage(3011, LogLevel.Debug, "Connection of client '{ClientId}' from {Remote} ended: {Why}")]
    private partial void LogConnectionEnded(string clientId, EndPoint remote, string why);

    [LoggerMessage(3012, LogLevel.Information, "Refused client '{ClientId}' from {Remote}: {Reason}")]
    private partial void LogRefused(string clientId, EndPoint remote, MqttReasonCode reason);

    [LoggerMessage(3013, LogLevel.Information, "Client '{ClientId}' from {Remote} broke the protocol ({Reason}): {Problem}")]
    private partial void LogProtocolError(string clientId, EndPoint remote, MqttReasonCode reason, string problem);

    [LoggerMessage(3014, LogLevel.Error, "Serving client '{ClientId}' from {Remote} failed")]
    private partial void LogUnexpected(Exception error, string clientId, EndPoint remote);
}
