using System.Collections.Immutable;
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

    /// <summary>Copies the database and its log, as they lie on the disk at this moment, into another folder.</summary>
    public static void CopyAsIfKilled(string from, string to)
    {
        Directory.CreateDirectory(to);

        // The log first: pages that a checkpoint moves into the database meanwhile are then in both.
        foreach (var name in (string[])[FabricDatabase.FileName + "-wal", FabricDatabase.FileName])
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(to, name));
            }
        }
    }
}
