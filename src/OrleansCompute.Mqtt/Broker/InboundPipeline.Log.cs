using Microsoft.Extensions.Logging;

namespace OrleansCompute.Mqtt.Broker;

internal sealed partial class InboundPipeline
{
    [LoggerMessage(3020, LogLevel.Error, "The publish handler failed for client '{ClientId}', topic '{Topic}'; the message is refused")]
    private partial void LogHandlerFailed(Exception error, string clientId, string topic);

    [LoggerMessage(3021, LogLevel.Error,
        "The publish handler forwards topic '{Topic}' of client '{ClientId}' "
        + "after it had set KeepForForwarding to false; the message is refused")]
    private partial void LogForwardWithoutPayload(string clientId, string topic);
}
