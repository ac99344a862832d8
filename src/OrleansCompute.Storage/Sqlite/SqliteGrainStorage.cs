using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansCompute.Contracts;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>
/// Grain state in SQLite, as JSON. The ETag is a number that grows with every write and never falls: a cleared record leaves its number
/// behind, so that an activation that missed the clearing cannot overwrite what came after it. Thread-safe.
/// </summary>
internal sealed class SqliteGrainStorage(FabricDatabase database, GroupCommitWriter writer, TimeProvider timeProvider) : IGrainStorage
{
    /// <summary>Bytes of a state at most: what grows without bound belongs into a store of its own.</summary>
    public const int MaxStateBytes = 16 * 1024 * 1024;

    private const string Insert =
        "INSERT INTO grain_state (grain, name, version, state, updated_at) VALUES (?1, ?2, ?3, CAST(?4 AS TEXT), ?5)";

    private const string Update =
        "UPDATE grain_state SET version = ?3, state = CAST(?4 AS TEXT), updated_at = ?5 WHERE grain = ?1 AND name = ?2";

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <summary>Reads; where there is no record, the state is a new one and the ETag null.</summary>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var record = await database.ReadAsync(key, static (session, of) => Find(session, of, withState: true), cancellationToken);
        if (record.Json is null)
        {
            Forget(grainState);
            return;
        }

        grainState.State = Deserialize<T>(key, record.Json);
        grainState.ETag = ETagOf(record);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <summary>Writes where the ETag is the stored one.</summary>
    /// <exception cref="InconsistentStateException">Another activation wrote since this one read.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var json = Serialize(key, grainState.State);
        grainState.ETag = await ChangeAsync(key, grainState.ETag, json, cancellationToken);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <summary>Clears where the ETag is the stored one; then there is no record, the state is a new one and the ETag null.</summary>
    /// <exception cref="InconsistentStateException">Another activation wrote since this one read.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        await ChangeAsync(KeyOf(stateName, grainId), grainState.ETag, null, cancellationToken);
        Forget(grainState);
    }

    private static (string Grain, string Name) KeyOf(string stateName, GrainId grainId)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateName);
        return (grainId.ToString(), stateName);
    }

    private static string? ETagOf(Record record) => record.Exists ? record.Version.ToString(CultureInfo.InvariantCulture) : null;

    private static Record Find(SqliteSession session, (string Grain, string Name) key, bool withState)
    {
        var statement = session.Prepare(withState
            ? "SELECT version, state IS NOT NULL, state FROM grain_state WHERE grain = ?1 AND name = ?2"
            : "SELECT version, state IS NOT NULL FROM grain_state WHERE grain = ?1 AND name = ?2")
            .Bind(1, key.Grain).Bind(2, key.Name);
        var record = default(Record);
        if (statement.Step())
        {
            var exists = statement.Int64(1) != 0;
            record = new Record(statement.Int64(0), exists, withState && exists ? statement.Bytes(2).ToArray() : null);
        }

        statement.Reset();
        return record;
    }

    private static byte[] Serialize<T>((string Grain, string Name) key, T? state)
    {
        byte[] json;
        try
        {
            json = JsonSerializer.SerializeToUtf8Bytes(state, GrainStateJson.Options);
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw new FabricStorageException(
                $"The state '{key.Name}' of grain {key.Grain} cannot be written as JSON from {typeof(T)}: {exception.Message}", exception);
        }

        return json.Length <= MaxStateBytes
            ? json
            : throw new FabricRefusedException(
                $"The state '{key.Name}' of grain {key.Grain} has {json.Length} bytes as JSON; allowed: up to {MaxStateBytes}. Keep large data in the artifact store.");
    }

    private static T? Deserialize<T>((string Grain, string Name) key, byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, GrainStateJson.Options);
        }
        catch (Exception exception) when (exception is NotSupportedException or JsonException or InvalidOperationException)
        {
            throw new FabricStorageException(
                $"The stored state '{key.Name}' of grain {key.Grain} cannot be read as {typeof(T)}: {exception.Message}", exception);
        }
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = New<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    /// <summary>A new state, by the constructor without parameters, or without any where there is none: as the official activator does.</summary>
    private static T? New<T>()
    {
        var type = typeof(T);
        if (type.IsValueType || type.IsAbstract || type.IsArray || type == typeof(string))
        {
            return default;
        }

        var constructor = type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []);
        return (T)(constructor is null ? RuntimeHelpers.GetUninitializedObject(type) : constructor.Invoke(null));
    }

    private async Task<string> ChangeAsync((string Grain, string Name) key, string? etag, byte[]? json, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow().UtcTicks;
        var (changed, record) = await writer.WriteAsync(
            (key, etag, json, now), static (session, change) => Change(session, change.key, change.etag, change.json, change.now), cancellationToken);
        return changed
            ? record.Version.ToString(CultureInfo.InvariantCulture)
            : throw new InconsistentStateException(
                $"The state '{key.Name}' of grain {key.Grain} was written by another activation: stored ETag {ETagOf(record) ?? "none"}, expected {etag ?? "none"}.",
                ETagOf(record),
                etag);
    }

    private static (bool Changed, Record Record) Change(
        SqliteSession session, (string Grain, string Name) key, string? etag, byte[]? json, long now)
    {
        var stored = Find(session, key, withState: false);
        if (ETagOf(stored) != etag)
        {
            return (false, stored);
        }

        if (json is null && !stored.Exists)
        {
            return (true, stored);
        }

        var next = new Record(stored.Version + 1, json is not null, null);
        var statement = session.Prepare(stored.Version == 0 ? Insert : Update).Bind(1, key.Grain).Bind(2, key.Name).Bind(3, next.Version).Bind(5, now);
        (json is null ? statement.BindNull(4) : statement.Bind(4, json)).Execute();
        return (true, next);
    }

    /// <summary>A row; version 0 where there is none, and one that does not exist where it was cleared.</summary>
    private readonly record struct Record(long Version, bool Exists, byte[]? Json);
}
