using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>Tells failures of the file from failures of one statement, and says them in words.</summary>
internal static class SqliteFailure
{
    /// <summary>Whether the file, the disk or the lock failed: everything in the transaction is then in doubt, not one statement.</summary>
    public static bool IsOfTheFile(Exception exception) => exception is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_READONLY
            or raw.SQLITE_CANTOPEN or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PERM,
    };

    /// <summary>A sentence that names the file, the failure and the way out.</summary>
    public static FabricStorageException Explain(string path, Exception exception)
    {
        var code = (exception as SqliteException)?.SqliteErrorCode;
        var sentence = code switch
        {
            raw.SQLITE_NOTADB => "is not a SQLite database; move it away to begin with an empty one, or restore a copy",
            raw.SQLITE_CORRUPT => "is damaged; restore a copy, or rescue what is readable with 'sqlite3 FILE .recover'",
            raw.SQLITE_FULL => "cannot grow because the disk is full; free some space and repeat",
            raw.SQLITE_READONLY => "cannot be written; check the permissions of the file and its folder",
            raw.SQLITE_CANTOPEN => "cannot be opened; check that the folder exists and may be read and written",
            raw.SQLITE_PERM => "may not be accessed; check the permissions of the file and its folder",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another program; close it and repeat",
            raw.SQLITE_NOMEM => "could not be worked on because memory ran out",
            _ => "failed",
        };
        return new FabricStorageException($"The database '{path}' {sentence} ({exception.Message}).", exception);
    }
}
