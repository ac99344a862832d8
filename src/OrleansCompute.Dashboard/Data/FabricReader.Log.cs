using Microsoft.Extensions.Logging;

namespace OrleansCompute.Dashboard.Data;

internal sealed partial class FabricReader
{
    [LoggerMessage(EventId = 6101, Level = LogLevel.Debug, Message = "Asking for {Kind} of '{Tenant}/{Name}' failed; the page shows the reason")]
    private partial void LogAskFailed(Exception exception, string kind, string tenant, string name);
}
