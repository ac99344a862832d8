using Microsoft.Data.Sqlite;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Usage;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class SqliteUsageLedgerTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FabricStorage _storage;

    public SqliteUsageLedgerTests() => _storage = TestStorage.Open(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AppendUsageAsync_WhenAnIntervalIsRepeated_KeepsTheFirst()
    {
        await AppendAsync(Entry(1, 0), Entry(1, 1));
        await AppendAsync(Entry(1, 1) with { ScoreGflops = 99 }, Entry(1, 2));

        var stored = await ReadAsync("acme", "2026-03");

        Assert.Equal([Entry(1, 0), Entry(1, 1), Entry(1, 2)], stored);
    }

    [Fact]
    public async Task ReadUsageAsync_WhenLeasesInterleave_OrdersByLeaseAndInterval()
    {
        await AppendAsync(Entry(10, 1), Entry(2, 1), Entry(10, 0), Entry(2, 0));

        Assert.Equal([(2, 0), (2, 1), (10, 0), (10, 1)], (await ReadAsync("acme", "2026-03")).Select(x => (x.LeaseId, x.Interval)));
    }

    [Fact]
    public async Task ReadUsageAsync_WhenOtherMonthOrTenant_LeavesThemOut()
    {
        var endOfMonth = new DateTimeOffset(2026, 3, 31, 23, 59, 59, TimeSpan.Zero);
        await AppendAsync(
            Entry(1, 0) with { From = endOfMonth, To = endOfMonth.AddMinutes(1) },
            Entry(1, 1) with { From = endOfMonth.AddSeconds(1), To = endOfMonth.AddMinutes(1) },
            Entry(2, 0) with { Tenant = "other" });

        Assert.Equal(0, Assert.Single(await ReadAsync("acme", "2026-03")).Interval);
        Assert.Equal(1, Assert.Single(await ReadAsync("acme", "2026-04")).Interval);
        Assert.Equal(2, Assert.Single(await ReadAsync("other", "2026-03")).LeaseId);
    }

    [Fact]
    public async Task AppendUsageAsync_WhenTwoPoolsUseTheSameLeaseNumber_KeepsBoth()
    {
        await AppendAsync(Entry(1, 0), Entry(1, 0) with { Pool = "edge" });

        Assert.Equal(2, (await ReadAsync("acme", "2026-03")).Count);
    }

    [Theory, InlineData("2026-13"), InlineData("2026"), InlineData(""), InlineData("2026-03-01")]
    public async Task ReadUsageAsync_WhenMonthIsMalformed_NamesTheForm(string month)
    {
        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => ReadAsync("acme", month));
        Assert.Contains("yyyy-MM", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppendUsageAsync_WhenOneEntryIsBad_StoresNone()
    {
        var backwards = Entry(1, 1) with { To = Entry(1, 1).From.AddSeconds(-1) };
        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync(Entry(1, 0), backwards));
        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync(Entry(1, 0), Entry(1, 1) with { ScoreGflops = double.NaN }));
        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync(Entry(1, 0) with { Job = "" }));

        Assert.Empty(await ReadAsync("acme", "2026-03"));
        Assert.Empty(await _storage.Usage.ReadTotalsAsync("acme", "2026-03", CancellationToken.None));
    }

    [Theory, InlineData(0.0), InlineData(-0.25), InlineData(1.01), InlineData(double.NaN)]
    public async Task AppendUsageAsync_WhenTheShareIsOutOfRange_NamesIt(double share)
    {
        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync(Entry(1, 0) with { ComputeShareFraction = share }));
        Assert.Contains($"The share of lease 1 is {share}; allowed: above 0 to 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadUsageAsync_OfAPartOfAnAccelerator_GivesItsShare()
    {
        await AppendAsync(Entry(1, 0) with { ComputeShareFraction = 0.25 }, Entry(2, 0));

        Assert.Equal([0.25, 1], (await ReadAsync("acme", "2026-03")).Select(entry => entry.ComputeShareFraction));
    }

    [Fact]
    public async Task ReadUsageAsync_OfAFileFromBeforeShares_TakesThemForWhole()
    {
        using var folder = new TemporaryFolder();
        TestStorage.OpenDatabase(folder.Path, [.. Schema.Migrations.Take(1)]).Dispose();
        await using (var connection = new SqliteConnection($"Data Source={folder[FabricDatabase.FileName]};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var insert = connection.CreateCommand();
            insert.CommandText = """
                INSERT INTO usage_entry (pool, lease, interval_number, tenant, month, job, node, accelerator, from_ticks, to_ticks, score_gflops)
                VALUES ('main', 1, 0, 'acme', '2026-03', 'fashion', 'node-1', 'cpu-0', $from, $to, 12.5)
                """;
            insert.Parameters.AddWithValue("$from", Entry(1, 0).From.UtcTicks);
            insert.Parameters.AddWithValue("$to", Entry(1, 0).To.UtcTicks);
            await insert.ExecuteNonQueryAsync();
        }

        await using var storage = TestStorage.Open(folder.Path);

        Assert.Equal([Entry(1, 0)], await storage.Usage.ReadUsageAsync("acme", "2026-03", CancellationToken.None));
        Assert.Equal([new UsageTotal("fashion", 1, TimeSpan.FromSeconds(10).Ticks)], await storage.Usage.ReadTotalsAsync("acme", "2026-03", CancellationToken.None));
    }

    [Fact]
    public async Task ReadTotalsAsync_OfAFileFromBeforeThem_AddsUpWhatIsThere()
    {
        using var folder = new TemporaryFolder();
        await using (var storage = TestStorage.Open(folder.Path))
        {
            await storage.Usage.AppendUsageAsync([Entry(1, 0), Entry(1, 1), Entry(2, 0) with { ComputeShareFraction = 0.5 }], CancellationToken.None);
        }

        await using (var connection = new SqliteConnection($"Data Source={folder[FabricDatabase.FileName]};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var older = connection.CreateCommand();
            older.CommandText = "DROP TABLE usage_total; DELETE FROM schema_migration WHERE version > 2";
            await older.ExecuteNonQueryAsync();
        }

        await using var newer = TestStorage.Open(folder.Path);
        var second = TimeSpan.TicksPerSecond;
        Assert.Equal(
            [new UsageTotal("fashion", 0.5, 10 * second), new UsageTotal("fashion", 1, 20 * second)],
            await newer.Usage.ReadTotalsAsync("acme", "2026-03", CancellationToken.None));
    }

    [Fact]
    public async Task ReadTotalsAsync_OfAnyEntries_IsTheSumOfTheEntries()
    {
        // The slow way: read all, add up. Repeated intervals, two pools, months, tenants, shares, and batches of any size.
        var random = new Random(5);
        for (var batch = 0; batch < 60; batch++)
        {
            await AppendAsync([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
            {
                var entry = Entry(random.Next(6), random.Next(20));
                return entry with
                {
                    Pool = random.Next(2) == 0 ? "main" : "edge",
                    Tenant = random.Next(3) == 0 ? "other" : "acme",
                    Job = $"j{random.Next(3)}",
                    From = entry.From.AddDays(random.Next(40)),
                    To = entry.From.AddDays(41).AddTicks(random.Next()),
                    ComputeShareFraction = random.Next(1, 5) / 4.0,
                };
            })]);
        }

        foreach (var (tenant, month) in new[] { ("acme", "2026-03"), ("acme", "2026-04"), ("other", "2026-03"), ("other", "2026-04"), ("acme", "2026-05") })
        {
            var slow = (await ReadAsync(tenant, month)).GroupBy(entry => (entry.Job, entry.ComputeShareFraction)).OrderBy(group => group.Key)
                .Select(group => new UsageTotal(group.Key.Job, group.Key.ComputeShareFraction, group.Sum(entry => (entry.To - entry.From).Ticks)));
            Assert.Equal(slow, await _storage.Usage.ReadTotalsAsync(tenant, month, CancellationToken.None));
        }
    }

    private static UsageEntry Entry(long lease, int interval) => new()
    {
        Pool = "main",
        LeaseId = lease,
        Interval = interval,
        Tenant = "acme",
        Job = "fashion",
        Node = "node-1",
        Accelerator = "cpu-0",
        From = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(10 * interval),
        To = new DateTimeOffset(2026, 3, 1, 0, 0, 10, TimeSpan.Zero).AddSeconds(10 * interval),
        ScoreGflops = 12.5,
    };

    private Task AppendAsync(params UsageEntry[] entries) => _storage.Usage.AppendUsageAsync(entries, CancellationToken.None);

    private Task<IReadOnlyList<UsageEntry>> ReadAsync(string tenant, string month) => _storage.Usage.ReadUsageAsync(tenant, month, CancellationToken.None);
}
