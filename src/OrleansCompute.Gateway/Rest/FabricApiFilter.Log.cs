using Microsoft.Extensions.Logging;

namespace OrleansCompute.Gateway.Rest;

internal sealed partial class FabricApiFilter
{
    [LoggerMessage(4200, LogLevel.Warning, "{Method} {Path}: the fabric is not available.")]
    private partial void LogUnavailable(string method, string path, Exception error);

    [LoggerMessage(4201, LogLevel.Error, "{Method} {Path} failed.")]
    private partial void LogFailed(string method, string path, Exception error);
}
