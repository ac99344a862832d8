using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Gateway.Mqtt;

internal sealed partial class FabricMqttHandler
{
    [LoggerMessage(
        4100, LogLevel.Warning, "A client at {Source} with user name '{UserName}' was refused: {Reason} ({HeldBack} like this not logged)")]
    private partial void LogConnectRefused(string source, string? userName, string? reason, long heldBack);

    [LoggerMessage(4101, LogLevel.Error, "The credentials of a client at {Source} could not be checked.")]
    private partial void LogAuthenticationFailed(Exception error, EndPoint source);

    [LoggerMessage(4102, LogLevel.Warning, "A message of {Source} was refused, {Reason}: {Detail} ({HeldBack} like this not logged)")]
    private partial void WriteRejected(string source, RejectReason reason, string detail, long heldBack);

    [LoggerMessage(4103, LogLevel.Error, "A message on {Topic} was not taken, {Reason} ({HeldBack} like this not logged).")]
    private partial void LogFailed(Exception error, RejectReason reason, string? topic, long heldBack);
}
