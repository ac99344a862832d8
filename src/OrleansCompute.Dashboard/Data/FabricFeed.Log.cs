using Microsoft.Extensions.Logging;

namespace OrleansCompute.Dashboard.Data;

internal sealed partial class FabricFeed
{
    [LoggerMessage(EventId = 6102, Level = LogLevel.Error, Message = "Looking at the fabric failed; the pages keep what they show")]
    private partial void LogLookFailed(Exception exception);
}
