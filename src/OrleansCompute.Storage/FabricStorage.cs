using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Storage.Artifacts;
using OrleansCompute.Storage.Sqlite;

namespace OrleansCompute.Storage;

/// <summary>
/// The storage of a data folder: one SQLite file, one writer, and the stores over them, shared by all silos of the process. Whoever opens it
/// disposes it, after the silos have stopped. A folder is open in one process at a time. Thread-safe.
/// </summary>
public sealed class FabricStorage : IAsyncDisposable, IDisposable
{
    private readonly FabricDatabase _database;
    private readonly GroupCommitWriter _writer;

    private FabricStorage(string dataFolder, FabricDatabase database, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        DataFolder = Path.GetFullPath(dataFolder);
        _database = database;
        Artifacts = new FileArtifactStore(Path.Combine(DataFolder, "artifacts"), loggerFactory.CreateLogger<FileArtifactStore>());
        _writer = new GroupCommitWriter(database, new GroupCommitOptions(), loggerFactory.CreateLogger<GroupCommitWriter>());
        Telemetry = new SqliteTelemetryStore(database, _writer);
        Inferences = new SqliteInferenceStore(database, _writer);
        Usage = new SqliteUsageLedger(database, _writer);
        GrainState = new SqliteGrainStorage(database, _writer, timeProvider);
    }

    /// <summary>Full path of the folder.</summary>
    public string DataFolder { get; }

    /// <summary>Full path of the SQLite file.</summary>
    public string DatabasePath => _database.Path;

    /// <summary>Readings of devices.</summary>
    public ITelemetryStore Telemetry { get; }

    /// <summary>Inference results of devices.</summary>
    public IInferenceStore Inferences { get; }

    /// <summary>Usage of accelerators.</summary>
    public IUsageLedger Usage { get; }

    /// <summary>Models, datasets, checkpoints.</summary>
    public IArtifactStore Artifacts { get; }

    /// <summary>State of grains.</summary>
    public IGrainStorage GrainState { get; }

    /// <summary>Transactions since the storage was opened.</summary>
    public long Commits => _writer.Commits;

    /// <summary>Writes of callers in those transactions; divided by <see cref="Commits"/>, how many shared one.</summary>
    public long CommittedWrites => _writer.CommittedItems;

    /// <summary>Opens the folder, creating what is missing and bringing an older file forward.</summary>
    /// <param name="dataFolder">Folder, absolute or below the working directory; created where it is missing.</param>
    /// <param name="timeProvider">Clock of the time stamps that records carry.</param>
    /// <param name="loggerFactory">Where to log.</param>
    /// <exception cref="FabricStorageException">The folder is in use or cannot be written, or the file in it is damaged, foreign or newer.</exception>
    public static FabricStorage Open(string dataFolder, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        var database = FabricDatabase.Open(dataFolder, timeProvider, loggerFactory);
        try
        {
            return new FabricStorage(dataFolder, database, timeProvider, loggerFactory);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more writes, commits those taken, waits for reads that run, closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _database.Dispose();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        _writer.Dispose();
        _database.Dispose();
    }
}
