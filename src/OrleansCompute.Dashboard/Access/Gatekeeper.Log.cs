using Microsoft.Extensions.Logging;

namespace OrleansCompute.Dashboard.Access;

internal sealed partial class Gatekeeper
{
    [LoggerMessage(EventId = 6103, Level = LogLevel.Warning, Message = "A sign-in to the dashboard from {RemoteAddress} was refused: {Verdict}")]
    private partial void LogRefused(string? remoteAddress, KeyVerdict verdict);
}
