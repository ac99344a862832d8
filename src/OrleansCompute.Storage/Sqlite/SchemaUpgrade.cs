using System.Globalization;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>Brings a file forward to the newest known schema, one transaction per step. Used once, by the thread that opens the file.</summary>
internal sealed class SchemaUpgrade(SqliteSession session, string path, IReadOnlyList<SchemaMigration> migrations, TimeProvider timeProvider)
{
    /// <exception cref="FabricStorageException">The file is another program's, or a newer build wrote it.</exception>
    public void Run(Action<string, int, string> applied)
    {
        RefuseForeign();
        session.Script("CREATE TABLE IF NOT EXISTS schema_migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL);");
        var version = session.Scalar("SELECT coalesce(max(version), 0) FROM schema_migration");
        var newest = migrations.Count == 0 ? 0 : migrations[^1].Version;
        if (version > newest)
        {
            throw new FabricStorageException(
                $"The database '{path}' has schema version {version}, written by a newer build; this build knows versions up to {newest}. "
                + "Use the newer build, or another data folder.");
        }

        foreach (var migration in migrations)
        {
            if (migration.Version > version)
            {
                Apply(migration);
                applied(path, migration.Version, migration.Name);
            }
        }
    }

    private void RefuseForeign()
    {
        var id = session.Scalar("PRAGMA application_id");
        var tables = session.Scalar("SELECT count(*) FROM sqlite_schema");
        if (id != Schema.ApplicationId && (id != 0 || tables != 0))
        {
            throw new FabricStorageException(
                $"The database '{path}' belongs to another program (application id {id}, {tables} tables and indexes; ours is {Schema.ApplicationId}). "
                + "Choose another data folder, or move the file away.");
        }

        session.Script(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id={Schema.ApplicationId};"));
    }

    private void Apply(SchemaMigration migration)
    {
        session.Begin();
        try
        {
            session.Script(migration.Script);
            session.Prepare("INSERT INTO schema_migration (version, name, applied_at) VALUES (?1, ?2, ?3)")
                .Bind(1, migration.Version)
                .Bind(2, migration.Name)
                .Bind(3, timeProvider.GetUtcNow().ToString("O", CultureInfo.InvariantCulture))
                .Execute();
            session.Commit();
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }
}
