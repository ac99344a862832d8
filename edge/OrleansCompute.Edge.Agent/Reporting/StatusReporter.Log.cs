using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Reporting;

internal sealed partial class StatusReporter
{
    [LoggerMessage(7040, LogLevel.Warning, "The report was not acknowledged ({Reason}); it is sent again in {Delay}.")]
    private partial void LogNotAcknowledged(string reason, TimeSpan delay);
}
