using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Sqlite;

internal sealed partial class GroupCommitWriter
{
    [LoggerMessage(EventId = 6010, Level = LogLevel.Error, Message = "Writing the database {Path} failed; {Items} callers were told")]
    private partial void LogBatchFailed(string path, int items, Exception exception);

    [LoggerMessage(EventId = 6011, Level = LogLevel.Error, Message = "Rolling back the database {Path} failed")]
    private partial void LogRollbackFailed(string path, Exception exception);
}
