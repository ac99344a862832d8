using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Telemetry;

internal sealed partial class OutboxSender
{
    [LoggerMessage(
        7010, LogLevel.Warning, "Telemetry was not acknowledged ({Reason}); {Pending} readings are kept and sent again in {Delay}.")]
    private partial void LogNotAcknowledged(string reason, long pending, TimeSpan delay);
}
