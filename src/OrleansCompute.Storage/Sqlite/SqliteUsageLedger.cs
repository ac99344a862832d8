using System.Globalization;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Contracts.Usage;

namespace OrleansCompute.Storage.Sqlite;

/// <summary>The usage ledger in SQLite, keyed by pool, lease and interval number. Thread-safe.</summary>
internal sealed class SqliteUsageLedger(FabricDatabase database, GroupCommitWriter writer) : IUsageLedger
{
    private const string Insert = """
        INSERT INTO usage_entry
            (pool, lease, interval_number, tenant, month, job, node, accelerator, from_ticks, to_ticks, score_gflops, compute_share)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING
        """;

    private const string Count = """
        INSERT INTO usage_total (tenant, month, job, compute_share, held_ticks) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET held_ticks = held_ticks + excluded.held_ticks
        """;

    private const string Totals = """
        SELECT job, compute_share, held_ticks FROM usage_total WHERE tenant = ?1 AND month = ?2 ORDER BY job, compute_share
        """;

    private const string Select = """
        SELECT pool, lease, interval_number, tenant, job, node, accelerator, from_ticks, to_ticks, score_gflops, compute_share
        FROM usage_entry WHERE tenant = ?1 AND month = ?2 ORDER BY lease, interval_number, pool
        """;

    /// <inheritdoc/>
    public async Task AppendUsageAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entries);
        StoreLimits.RequireRows(nameof(entries), entries.Count);
        foreach (var entry in entries)
        {
            Require(entry);
        }

        if (entries.Count > 0)
        {
            await writer.WriteAsync(entries, static (session, append) => Append(session, append), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageTotal>> ReadTotalsAsync(string tenant, string month, CancellationToken cancellationToken)
    {
        Require(tenant, month);
        return database.ReadAsync<(string Tenant, string Month), IReadOnlyList<UsageTotal>>(
            (tenant, month), static (session, of) => Sum(session, of.Tenant, of.Month), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<UsageEntry>> ReadUsageAsync(string tenant, string month, CancellationToken cancellationToken)
    {
        Require(tenant, month);
        return database.ReadAsync<(string Tenant, string Month), IReadOnlyList<UsageEntry>>(
            (tenant, month), static (session, of) => Read(session, of.Tenant, of.Month), cancellationToken);
    }

    private static void Require(string tenant, string month)
    {
        StoreLimits.RequireName(nameof(tenant), tenant);
        if (!DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            throw new FabricRefusedException($"month is '{month}'; allowed: yyyy-MM, for example 2026-03.");
        }
    }

    private static void Require(UsageEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        StoreLimits.RequireName("Pool", entry.Pool);
        StoreLimits.RequireName("Tenant", entry.Tenant);
        StoreLimits.RequireName("Job", entry.Job);
        StoreLimits.RequireName("Node", entry.Node);
        StoreLimits.RequireName("Accelerator", entry.Accelerator);
        if (entry.To < entry.From)
        {
            throw new FabricRefusedException($"Interval {entry.Interval} of lease {entry.LeaseId} ends at {entry.To:O}, before it begins at {entry.From:O}.");
        }

        if (!double.IsFinite(entry.ScoreGflops) || entry.ScoreGflops < 0)
        {
            throw new FabricRefusedException($"The score of lease {entry.LeaseId} is {entry.ScoreGflops} Gflop/s; allowed: finite, 0 or more.");
        }

        if (entry.ComputeShareFraction is not (> 0 and <= 1))
        {
            throw new FabricRefusedException($"The share of lease {entry.LeaseId} is {entry.ComputeShareFraction}; allowed: above 0 to 1.");
        }
    }

    private static int Append(SqliteSession session, IReadOnlyList<UsageEntry> entries)
    {
        var added = 0;
        foreach (var entry in entries)
        {
            var month = entry.From.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture);
            var isNew = session.Prepare(Insert)
                .Bind(1, entry.Pool)
                .Bind(2, entry.LeaseId)
                .Bind(3, entry.Interval)
                .Bind(4, entry.Tenant)
                .Bind(5, month)
                .Bind(6, entry.Job)
                .Bind(7, entry.Node)
                .Bind(8, entry.Accelerator)
                .Bind(9, entry.From.UtcTicks)
                .Bind(10, entry.To.UtcTicks)
                .Bind(11, entry.ScoreGflops)
                .Bind(12, entry.ComputeShareFraction)
                .Execute();
            added += isNew;
            if (isNew > 0)
            {
                session.Prepare(Count).Bind(1, entry.Tenant).Bind(2, month).Bind(3, entry.Job).Bind(4, entry.ComputeShareFraction)
                    .Bind(5, entry.To.UtcTicks - entry.From.UtcTicks).Execute();
            }
        }

        return added;
    }

    private static List<UsageTotal> Sum(SqliteSession session, string tenant, string month)
    {
        var totals = new List<UsageTotal>();
        var statement = session.Prepare(Totals).Bind(1, tenant).Bind(2, month);
        while (statement.Step())
        {
            totals.Add(new UsageTotal(statement.Text(0), statement.Double(1), statement.Int64(2)));
        }

        return totals;
    }

    private static List<UsageEntry> Read(SqliteSession session, string tenant, string month)
    {
        var entries = new List<UsageEntry>();
        var statement = session.Prepare(Select).Bind(1, tenant).Bind(2, month);
        while (statement.Step())
        {
            entries.Add(new UsageEntry
            {
                Pool = statement.Text(0),
                LeaseId = statement.Int64(1),
                Interval = (int)statement.Int64(2),
                Tenant = statement.Text(3),
                Job = statement.Text(4),
                Node = statement.Text(5),
                Accelerator = statement.Text(6),
                From = new DateTimeOffset(statement.Int64(7), TimeSpan.Zero),
                To = new DateTimeOffset(statement.Int64(8), TimeSpan.Zero),
                ScoreGflops = statement.Double(9),
                ComputeShareFraction = statement.Double(10),
            });
        }

        return entries;
    }
}
