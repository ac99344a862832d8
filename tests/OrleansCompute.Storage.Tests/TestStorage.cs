using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests;

/// <summary>Storage on real files, and readings to put into it.</summary>
internal static class TestStorage
{
    public static FabricStorage Open(string folder) => FabricStorage.Open(folder, new ManualTimeProvider(), NullLoggerFactory.Instance);

    public static FabricDatabase OpenDatabase(string folder, IReadOnlyList<SchemaMigration>? migrations = null) =>
        FabricDatabase.Open(folder, migrations ?? Schema.Migrations, new ManualTimeProvider(), NullLoggerFactory.Instance);

    public static Reading Reading(long sequence, double temperature = 21.5, double humidity = 40) => new()
    {
        Sequence = sequence,
        MeasuredAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(5 * sequence),
        Values =
        [
            new NamedValue { Name = "temperature", Value = temperature },
            new NamedValue { Name = "humidity", Value = humidity },
        ],
    };

    public static ImmutableArray<Reading> Readings(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(offset => Reading(first + offset))];

    /// <summary>Copies the database and its log, as they lie on the disk while they are written, into another folder.</summary>
    public static void CopyAsIfKilled(string from, string to)
    {
        // A reader's snapshot keeps checkpoints from starting the log anew between the two copies, which no crash could do.
        using var snapshot = new SqliteConnection($"Data Source={Path.Combine(from, FabricDatabase.FileName)};Pooling=False;Mode=ReadOnly");
        snapshot.Open();
        using var transaction = snapshot.BeginTransaction(deferred: true);
        using var command = snapshot.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT count(*) FROM device";
        command.ExecuteScalar();

        Directory.CreateDirectory(to);
        foreach (var name in (string[])[FabricDatabase.FileName, FabricDatabase.FileName + "-wal"])
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        }
    }
}
