using Microsoft.Data.Sqlite;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class FabricDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DatabasePath => _folder[FabricDatabase.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WhenFileIsNotADatabase_NamesTheFile()
    {
        File.WriteAllText(DatabasePath, new string('x', 5000));

        var failure = Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(_folder.Path));

        Assert.Contains(DatabasePath, failure.Message, StringComparison.Ordinal);
        Assert.Contains("is not a SQLite database", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhenFileIsOfAnotherProgram_RefusesAndLeavesItAlone()
    {
        Execute("CREATE TABLE notes (text TEXT);");

        var failure = Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(_folder.Path));

        Assert.Contains("belongs to another program", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Execute("SELECT count(*) FROM sqlite_schema;"));
    }

    [Fact]
    public void Open_WhenSchemaIsNewer_NamesBothVersions()
    {
        TestStorage.OpenDatabase(_folder.Path).Dispose();
        Execute("INSERT INTO schema_migration VALUES (7, 'from the future', '');");

        var failure = Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(_folder.Path));

        Assert.Contains("schema version 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"versions up to {Schema.Migrations.Count}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhenSchemaIsOlder_AppliesOnlyTheMissingSteps()
    {
        SchemaMigration[] steps = [new(1, "first", "CREATE TABLE a (x INTEGER);"), new(2, "second", "CREATE TABLE b (x INTEGER);")];
        TestStorage.OpenDatabase(_folder.Path, steps[..1]).Dispose();
        Execute("INSERT INTO a VALUES (1);");

        TestStorage.OpenDatabase(_folder.Path, steps).Dispose();

        Assert.Equal(1L, Execute("SELECT count(*) FROM a;"));
        Assert.Equal(0L, Execute("SELECT count(*) FROM b;"));
        Assert.Equal(2L, Execute("SELECT count(*) FROM schema_migration;"));
    }

    [Fact]
    public void Open_WhenAStepFails_LeavesTheSchemaAsItWas()
    {
        SchemaMigration[] steps = [new(1, "first", "CREATE TABLE a (x INTEGER);"), new(2, "broken", "CREATE TABLE b (x INTEGER); CREATE TABLE a (x INTEGER);")];

        Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(_folder.Path, steps));

        Assert.Equal(1L, Execute("SELECT max(version) FROM schema_migration;"));
        Assert.Equal(0L, Execute("SELECT count(*) FROM sqlite_schema WHERE name = 'b';"));
    }

    [Fact]
    public void Open_WhenFolderIsInUse_SaysSo()
    {
        using var database = TestStorage.OpenDatabase(_folder.Path);

        var failure = Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(_folder.Path));

        Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhenFolderCannotBeCreated_NamesIt()
    {
        File.WriteAllText(_folder["file"], "");

        var failure = Assert.Throws<FabricStorageException>(() => TestStorage.OpenDatabase(Path.Combine(_folder["file"], "data")));

        Assert.Contains("cannot be created", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_WhenAPageIsDamaged_NamesTheFile()
    {
        await using (var storage = TestStorage.Open(_folder.Path))
        {
            await storage.Telemetry.AppendReadingsAsync("acme", "d1", TestStorage.Readings(0, 2000), CancellationToken.None);
        }

        // Every page but the first, which holds the header and the schema.
        using (var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Write))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        var failure = await Assert.ThrowsAsync<FabricStorageException>(async () =>
        {
            await using var storage = TestStorage.Open(_folder.Path);
            await storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None);
        });
        Assert.Contains(DatabasePath, failure.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenWriter_Always_IsDurableOnCommit()
    {
        using var database = TestStorage.OpenDatabase(_folder.Path);
        using var session = database.OpenWriter();

        Assert.Equal(2, session.Scalar("PRAGMA synchronous")); // 2 is FULL
        Assert.Equal(1, session.Scalar("PRAGMA foreign_keys"));
        Assert.Equal(5000, session.Scalar("PRAGMA busy_timeout"));
        Assert.Equal(1L, Execute("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal';"));
    }

    [Fact]
    public async Task ReadAsync_AfterDispose_Throws()
    {
        var database = TestStorage.OpenDatabase(_folder.Path);
        database.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => database.ReadAsync(0, static (session, _) => session.Scalar("SELECT 1"), CancellationToken.None));
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
