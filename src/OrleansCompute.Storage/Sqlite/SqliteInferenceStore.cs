using System.Runtime.CompilerServices;
using OrleansCompute.Contracts.Storage;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>Inference results in SQLite, keyed by model version, device and sample. Thread-safe.</summary>
internal sealed class SqliteInferenceStore(FabricDatabase database, GroupCommitWriter writer) : IInferenceStore
{
    /// <summary>Rows per read: a reader that stays away for long between two rows holds no snapshot, which would keep the log from shrinking.</summary>
    internal const int PageRows = 2_000;

    private const string Insert = """
        INSERT INTO inference (model_version, device, sample, label, confidence, latency_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO NOTHING
        """;

    // Of the writer's thread.
    private readonly NameTable<(string Tenant, string Device)> _devices = DeviceTable.Create();
    private readonly NameTable<(string Tenant, string Model, int Version)> _versions = new(
        "SELECT id FROM model_version WHERE tenant = ?1 AND model = ?2 AND version = ?3",
        "INSERT INTO model_version (tenant, model, version) VALUES (?1, ?2, ?3) RETURNING id",
        static (statement, key) => statement.Bind(1, key.Tenant).Bind(2, key.Model).Bind(3, key.Version));

    /// <inheritdoc/>
    public ValueTask<int> AppendInferencesAsync(
        string tenant, string device, string model, int version, IReadOnlyList<InferenceResult> results, CancellationToken cancellationToken)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        StoreLimits.RequireName(nameof(device), device);
        StoreLimits.RequireName(nameof(model), model);
        ArgumentNullException.ThrowIfNull(results);
        StoreLimits.RequireRows(nameof(results), results.Count);
        for (var index = 0; index < results.Count; index++)
        {
            StoreLimits.RequireInference(results[index]);
        }

        return results.Count == 0
            ? ValueTask.FromResult(0)
            : writer.WriteAsync(
                (Store: this, Device: (tenant, device), Version: (tenant, model, version), Results: results),
                static (session, append) => append.Store.Append(session, append.Device, append.Version, append.Results),
                cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeviceInference> ReadInferencesAsync(
        string tenant, string model, int version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        StoreLimits.RequireName(nameof(model), model);
        var afterDevice = "";
        while (await NextDeviceAsync(tenant, model, version, afterDevice, cancellationToken) is { } device)
        {
            var after = long.MinValue;
            var first = true;
            while (true)
            {
                var page = await ReadPageAsync(device.ModelVersion, device.Id, after, first, cancellationToken);
                foreach (var result in page)
                {
                    yield return new DeviceInference(device.Name, result);
                }

                if (page.Count < PageRows)
                {
                    break;
                }

                (after, first) = (page[^1].Sample, false);
            }

            afterDevice = device.Name;
        }
    }

    private Task<DeviceRow?> NextDeviceAsync(string tenant, string model, int version, string after, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (tenant, model, version, after),
            static (session, of) =>
            {
                var statement = session.Prepare("""
                    SELECT v.id, d.id, d.name FROM device d, model_version v
                    WHERE v.tenant = ?1 AND v.model = ?2 AND v.version = ?3 AND d.tenant = ?1 AND d.name > ?4
                      AND EXISTS (SELECT 1 FROM inference i WHERE i.model_version = v.id AND i.device = d.id)
                    ORDER BY d.name LIMIT 1
                    """).Bind(1, of.tenant).Bind(2, of.model).Bind(3, of.version).Bind(4, of.after);
                var row = statement.Step() ? new DeviceRow(statement.Int64(0), statement.Int64(1), statement.Text(2)) : null;
                statement.Reset();
                return row;
            },
            cancellationToken);

    private Task<List<InferenceResult>> ReadPageAsync(
        long modelVersion, long device, long after, bool first, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (modelVersion, device, after, first),
            static (session, of) =>
            {
                var rows = new List<InferenceResult>();
                var statement = session.Prepare(of.first
                    ? """
                      SELECT sample, label, confidence, latency_ms FROM inference
                      WHERE model_version = ?1 AND device = ?2 AND sample >= ?3 ORDER BY sample LIMIT ?4
                      """
                    : """
                      SELECT sample, label, confidence, latency_ms FROM inference
                      WHERE model_version = ?1 AND device = ?2 AND sample > ?3 ORDER BY sample LIMIT ?4
                      """).Bind(1, of.modelVersion).Bind(2, of.device).Bind(3, of.after).Bind(4, PageRows);
                while (statement.Step())
                {
                    rows.Add(new InferenceResult(
                        statement.Int64(0), (int)statement.Int64(1), (float)statement.Double(2), (float)statement.Double(3)));
                }

                return rows;
            },
            cancellationToken);

    private int Append(
        SqliteSession session,
        (string Tenant, string Device) deviceKey,
        (string Tenant, string Model, int Version) versionKey,
        IReadOnlyList<InferenceResult> results)
    {
        var device = _devices.Get(session, deviceKey);
        var version = _versions.Get(session, versionKey);
        var statement = session.Prepare(Insert);
        var added = 0;
        for (var index = 0; index < results.Count; index++)
        {
            var result = results[index];
            added += statement
                .Bind(1, version)
                .Bind(2, device)
                .Bind(3, result.Sample)
                .Bind(4, result.Label)
                .Bind(5, result.Confidence)
                .Bind(6, result.LatencyMs)
                .Execute();
        }

        return added;
    }

    private sealed record DeviceRow(long ModelVersion, long Id, string Name);
}
