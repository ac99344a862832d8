using Microsoft.Extensions.Logging;

namespace OrleansCompute.Edge.Agent.Models;

internal sealed partial class ModelDownload
{
    [LoggerMessage(
        7020, LogLevel.Warning, "No piece of {Model} version {Version} came for {Timeout}; asking again from {Received} of {Total} bytes.")]
    private partial void LogStalled(string model, int version, long received, long total, TimeSpan timeout);

    [LoggerMessage(7021, LogLevel.Warning, "The request for {Model} at {Offset} was not acknowledged: {Reason}")]
    private partial void LogAskFailed(string model, long offset, string reason);
}
