using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Artifacts;

internal sealed partial class FileArtifactStore
{
    [LoggerMessage(EventId = 6020, Level = LogLevel.Information, Message = "Removed {Path}, which an interrupted upload left behind")]
    private partial void LogStaleRemoved(string path);

    [LoggerMessage(EventId = 6021, Level = LogLevel.Error, Message = "The artifact {Path} is damaged: its bytes have the SHA-256 {Actual}")]
    private partial void LogDamaged(string path, string actual);
}
