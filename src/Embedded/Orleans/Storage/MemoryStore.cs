using System.Collections.Concurrent;
using System.Globalization;

namespace Orleans.Embedded;

/// <summary>The records of one memory storage; they live as long as the cluster. Thread-safe.</summary>
internal sealed class MemoryStore
{
    private readonly ConcurrentDictionary<(string StateName, GrainId GrainId), Record> _records = new();
    private long _version;

    public Record? Read(string stateName, GrainId grainId) => _records.GetValueOrDefault((stateName, grainId));

    /// <summary>Stores when the ETag is the current one; null when there must be no record.</summary>
    public string Write(string stateName, GrainId grainId, string? etag, object? state)
    {
        var record = new Record(state, Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture));
        var key = (stateName, grainId);
        var current = _records.GetValueOrDefault(key);
        Check(stateName, grainId, etag, current);
        if (current is null ? _records.TryAdd(key, record) : _records.TryUpdate(key, record, current))
        {
            return record.ETag;
        }

        throw Conflict(stateName, grainId, etag, _records.GetValueOrDefault(key));
    }

    public void Clear(string stateName, GrainId grainId, string? etag)
    {
        var key = (stateName, grainId);
        var current = _records.GetValueOrDefault(key);
        Check(stateName, grainId, etag, current);
        if (current is not null && !_records.TryRemove(new KeyValuePair<(string, GrainId), Record>(key, current)))
        {
            throw Conflict(stateName, grainId, etag, _records.GetValueOrDefault(key));
        }
    }

    private static void Check(string stateName, GrainId grainId, string? etag, Record? current)
    {
        if (current?.ETag != etag)
        {
            throw Conflict(stateName, grainId, etag, current);
        }
    }

    private static InconsistentStateException Conflict(string stateName, GrainId grainId, string? etag, Record? current) => new(
        $"State '{stateName}' of {grainId} was stored with ETag '{current?.ETag ?? "(none)"}', but the writer has read ETag '{etag ?? "(none)"}'.",
        current?.ETag,
        etag);

    public sealed record Record(object? State, string ETag);
}
