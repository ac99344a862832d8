using System.Collections.Concurrent;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>Readings in SQLite, keyed by device and sequence number. Thread-safe.</summary>
internal sealed class SqliteTelemetryStore : ITelemetryStore
{
    /// <summary>Readings of one read at most.</summary>
    public const int MaxReadLimit = 10_000;

    // Not OR IGNORE, which would also swallow a violated NOT NULL or foreign key.
    private const string Insert =
        "INSERT INTO reading (device, sequence, measured_at, quantities) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";

    private readonly FabricDatabase _database;
    private readonly GroupCommitWriter _writer;

    // Of the writer's thread.
    private readonly NameTable<(string Tenant, string Device)> _devices = DeviceTable.Create();
    private readonly NameTable<string> _quantities = new(
        "SELECT id FROM quantity WHERE name = ?1",
        "INSERT INTO quantity (name) VALUES (?1) RETURNING id",
        static (statement, name) => statement.Bind(1, name));
    private readonly byte[] _buffer = new byte[QuantityCodec.MaxBytes];

    // Of the readers: ids that were committed, and never change.
    private readonly ConcurrentDictionary<long, string> _quantityNames = [];

    public SqliteTelemetryStore(FabricDatabase database, GroupCommitWriter writer)
    {
        _database = database;
        _writer = writer;
    }

    /// <inheritdoc/>
    public ValueTask<int> AppendReadingsAsync(
        string tenant, string device, IReadOnlyList<Reading> readings, CancellationToken cancellationToken)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        StoreLimits.RequireName(nameof(device), device);
        ArgumentNullException.ThrowIfNull(readings);
        StoreLimits.RequireRows(nameof(readings), readings.Count);
        for (var index = 0; index < readings.Count; index++)
        {
            StoreLimits.RequireReading(readings[index]);
        }

        return readings.Count == 0
            ? ValueTask.FromResult(0)
            : _writer.WriteAsync(
                (Store: this, Key: (tenant, device), Readings: readings),
                static (session, append) => append.Store.Append(session, append.Key, append.Readings),
                cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountReadingsAsync(string tenant, string? device, CancellationToken cancellationToken)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        return _database.ReadAsync(
            (tenant, device),
            static (session, of) =>
            {
                var statement = of.device is null
                    ? session.Prepare("SELECT count(*) FROM reading WHERE device IN (SELECT id FROM device WHERE tenant = ?1)")
                    : session.Prepare("SELECT count(*) FROM reading WHERE device = (SELECT id FROM device WHERE tenant = ?1 AND name = ?2)")
                        .Bind(2, of.device);
                statement.Bind(1, of.tenant).Step();
                var count = statement.Int64(0);
                statement.Reset();
                return count;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Reading>> ReadReadingsAsync(
        string tenant, string device, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        StoreLimits.RequireName(nameof(device), device);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxReadLimit);
        return _database.ReadAsync<(SqliteTelemetryStore Store, string Tenant, string Device, long After, int Limit), IReadOnlyList<Reading>>(
            (this, tenant, device, afterSequence, limit),
            static (session, read) => read.Store.Read(session, read.Tenant, read.Device, read.After, read.Limit),
            cancellationToken);
    }

    private int Append(SqliteSession session, (string Tenant, string Device) key, IReadOnlyList<Reading> readings)
    {
        var device = _devices.Get(session, key);
        var statement = session.Prepare(Insert);
        Func<string, long> idOf = name => _quantities.Get(session, name);
        var added = 0;
        for (var index = 0; index < readings.Count; index++)
        {
            var reading = readings[index];
            var length = QuantityCodec.Encode(reading.Values, idOf, _buffer);
            added += statement
                .Bind(1, device)
                .Bind(2, reading.Sequence)
                .Bind(3, reading.MeasuredAt.UtcTicks)
                .Bind(4, _buffer.AsSpan(0, length))
                .Execute();
        }

        return added;
    }

    private List<Reading> Read(SqliteSession session, string tenant, string device, long after, int limit)
    {
        var readings = new List<Reading>();
        Func<long, string> nameOf = id => NameOf(session, id);
        var statement = session.Prepare("""
            SELECT sequence, measured_at, quantities FROM reading
            WHERE device = (SELECT id FROM device WHERE tenant = ?1 AND name = ?2) AND sequence > ?3
            ORDER BY sequence LIMIT ?4
            """).Bind(1, tenant).Bind(2, device).Bind(3, after).Bind(4, limit);
        while (statement.Step())
        {
            readings.Add(new Reading
            {
                Sequence = statement.Int64(0),
                MeasuredAt = new DateTimeOffset(statement.Int64(1), TimeSpan.Zero),
                Values = QuantityCodec.Decode(statement.Bytes(2), nameOf),
            });
        }

        return readings;
    }

    private string NameOf(SqliteSession session, long id)
    {
        if (_quantityNames.TryGetValue(id, out var known))
        {
            return known;
        }

        var statement = session.Prepare("SELECT name FROM quantity WHERE id = ?1").Bind(1, id);
        var name = statement.Step()
            ? statement.Text(0)
            : throw new FabricStorageException($"The database '{_database.Path}' has a reading of the unknown quantity {id}: it is damaged; restore a copy.");
        statement.Reset();
        if (_quantityNames.Count < 65_536)
        {
            _quantityNames.TryAdd(id, name); // bounded, because devices choose the names
        }

        return name;
    }
}
