using Microsoft.Extensions.Logging;

namespace OrleansCompute.Storage.Sqlite;

internal sealed partial class FabricDatabase
{
    [LoggerMessage(EventId = 6000, Level = LogLevel.Information, Message = "Database {Path} brought to schema version {Version}: {Name}")]
    private partial void LogMigrated(string path, int version, string name);

    [LoggerMessage(EventId = 6001, Level = LogLevel.Error, Message = "Reading the database {Path} failed")]
    private partial void LogReadFailed(string path, Exception exception);
}
