using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Cameras;

internal sealed partial class InferenceSender
{
    [LoggerMessage(7050, LogLevel.Warning, "An inference report was not acknowledged and is sent again: {Reason}")]
    private partial void LogNotAcknowledged(string reason);
}
