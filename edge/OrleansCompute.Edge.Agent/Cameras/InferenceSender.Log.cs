using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Cameras;

internal sealed partial class InferenceSender
{
    [LoggerMessage(7050, LogLevel.Warning, "An inference report was not acknowledged ({Reason}) and is sent again in {Delay}.")]
    private partial void LogNotAcknowledged(string reason, TimeSpan delay);

    [LoggerMessage(7051, LogLevel.Warning, "The camera's progress was not saved: {Reason}")]
    private partial void LogNotSaved(string reason);
}
