using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class SqliteTelemetryStoreTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FabricStorage _storage;

    public SqliteTelemetryStoreTests() => _storage = TestStorage.Open(_folder["data"]);

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AppendReadingsAsync_WhenSentTwice_CountsEachOnce()
    {
        Assert.Equal(10, await AppendAsync("acme", "d1", TestStorage.Readings(1, 10)));
        Assert.Equal(5, await AppendAsync("acme", "d1", TestStorage.Readings(6, 10)));
        Assert.Equal(0, await AppendAsync("acme", "d1", TestStorage.Readings(1, 15)));

        Assert.Equal(15, await _storage.Telemetry.CountReadingsAsync("acme", "d1", CancellationToken.None));
    }

    [Fact]
    public async Task AppendReadingsAsync_WhenSameNumberHasOtherValues_KeepsTheFirst()
    {
        await AppendAsync("acme", "d1", [TestStorage.Reading(1, temperature: 20)]);
        await AppendAsync("acme", "d1", [TestStorage.Reading(1, temperature: 99)]);

        var reading = Assert.Single(await ReadAsync("acme", "d1"));
        Assert.Equal(20, reading.Values[0].Value);
    }

    [Fact]
    public async Task ReadReadingsAsync_WhenPaged_GivesEveryReadingOnceInOrder()
    {
        await AppendAsync("acme", "d1", [.. TestStorage.Readings(1, 25).Reverse()]);

        var sequences = new List<long>();
        for (var after = long.MinValue; await ReadAsync("acme", "d1", after, 10) is { Count: > 0 } page; after = page[^1].Sequence)
        {
            sequences.AddRange(page.Select(reading => reading.Sequence));
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(x => (long)x), sequences);
    }

    [Fact]
    public async Task ReadReadingsAsync_WhenStored_GivesTheSameReading()
    {
        var sent = new Reading
        {
            Sequence = long.MaxValue,
            MeasuredAt = new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234567),
            Values = [new NamedValue { Name = "Größe \0 µ", Value = double.Epsilon }, new NamedValue { Name = "x", Value = -0.0 }],
        };
        await AppendAsync("acme", "d1", [sent]);

        var got = Assert.Single(await ReadAsync("acme", "d1"));
        Assert.Equal(sent.Sequence, got.Sequence);
        Assert.Equal(sent.MeasuredAt, got.MeasuredAt);
        Assert.Equal(sent.Values.AsEnumerable(), got.Values);
        Assert.True(double.IsNegative(got.Values[1].Value));
    }

    [Fact]
    public async Task CountReadingsAsync_WhenTenantsShareADeviceName_KeepsThemApart()
    {
        await AppendAsync("acme", "d1", TestStorage.Readings(1, 3));
        await AppendAsync("acme", "d2", TestStorage.Readings(1, 4));
        await AppendAsync("other", "d1", TestStorage.Readings(1, 5));

        Assert.Equal(7, await _storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
        Assert.Equal(5, await _storage.Telemetry.CountReadingsAsync("other", "d1", CancellationToken.None));
        Assert.Equal(0, await _storage.Telemetry.CountReadingsAsync("nobody", null, CancellationToken.None));
        Assert.Empty(await ReadAsync("other", "d2"));
    }

    [Fact]
    public async Task AppendReadingsAsync_WhenManyCallersAppend_SharesCommits()
    {
        const int Callers = 64;
        const int Rounds = 20;
        var before = _storage.Commits;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                Assert.Equal(1, await AppendAsync("acme", $"d{caller}", [TestStorage.Reading(round)]));
            }
        }))).OrFailAsync("all callers appended");

        Assert.InRange(_storage.Commits - before, Rounds, (Callers * Rounds) - 1);
        Assert.Equal(Callers * Rounds, await _storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
    }

    [Fact]
    public async Task AppendReadingsAsync_WhenProcessIsKilledMidway_EveryAcknowledgedReadingIsInTheCopy()
    {
        // Callers append without end; at some moment the files are copied as they lie there. What was acknowledged before must be in them.
        using var stop = new CancellationTokenSource();
        var acknowledged = new long[8];
        var callers = Enumerable.Range(0, acknowledged.Length).Select(caller => Task.Run(async () =>
        {
            for (var sequence = 1L; !stop.IsCancellationRequested; sequence++)
            {
                await AppendAsync("acme", $"d{caller}", [TestStorage.Reading(sequence)]);
                Volatile.Write(ref acknowledged[caller], sequence);
            }
        })).ToArray();
        for (var copy = 0; copy < 5; copy++)
        {
            var goal = (copy + 1) * 10;
            while (acknowledged.Any(sequence => sequence < goal))
            {
                await AppendAsync("acme", "pace", [TestStorage.Reading(goal)]);
            }

            var promised = acknowledged.ToArray();
            TestStorage.CopyAsIfKilled(_folder["data"], _folder[$"copy{copy}"]);
            await using var survivor = TestStorage.Open(_folder[$"copy{copy}"]);
            for (var caller = 0; caller < promised.Length; caller++)
            {
                var stored = await survivor.Telemetry.ReadReadingsAsync("acme", $"d{caller}", 0, 10_000, CancellationToken.None);
                Assert.True(stored.Count >= promised[caller], $"d{caller}: {promised[caller]} acknowledged, {stored.Count} stored");
                Assert.Equal(Enumerable.Range(1, stored.Count).Select(x => (long)x), stored.Select(reading => reading.Sequence));
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers).OrFailAsync("the callers stopped");
    }

    [Fact]
    public async Task Open_WhenReopened_HasWhatWasAcknowledged()
    {
        await using (var first = TestStorage.Open(_folder["again"]))
        {
            await first.Telemetry.AppendReadingsAsync("acme", "d1", TestStorage.Readings(1, 100), CancellationToken.None);
        }

        await using var second = TestStorage.Open(_folder["again"]);
        Assert.Equal(100, await second.Telemetry.CountReadingsAsync("acme", "d1", CancellationToken.None));
        Assert.Equal(1, await second.Telemetry.AppendReadingsAsync("acme", "d1", TestStorage.Readings(100, 2), CancellationToken.None));
    }

    [Fact]
    public async Task AppendReadingsAsync_WhenReadingIsBad_SaysWhatIsAllowed()
    {
        var none = TestStorage.Reading(3) with { Values = [] };
        var missing = TestStorage.Reading(3) with { Values = default };
        var many = TestStorage.Reading(3) with { Values = [.. Enumerable.Range(0, 65).Select(x => new NamedValue { Name = $"q{x}", Value = x })] };
        var infinite = TestStorage.Reading(3, temperature: double.PositiveInfinity);
        var nameless = TestStorage.Reading(3) with { Values = [new NamedValue { Name = "", Value = 1 }] };
        foreach (var reading in (Reading[])[none, missing, many, infinite, nameless])
        {
            var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync("acme", "d1", [reading]));
            Assert.Contains("eading 3", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("allowed", refusal.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync("", "d1", TestStorage.Readings(1, 1)));
        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync("acme", new string('x', 257), TestStorage.Readings(1, 1)));
        await Assert.ThrowsAsync<FabricRefusedException>(() => AppendAsync("acme", "d1", TestStorage.Readings(1, 10_001)));
        Assert.Equal(0, await AppendAsync("acme", "d1", []));
        Assert.Equal(0, await _storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
    }

    [Theory, InlineData(0), InlineData(10_001)]
    public async Task ReadReadingsAsync_WhenLimitIsOutOfRange_Throws(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReadAsync("acme", "d1", 0, limit));

    [Fact]
    public void AppendReadingsAsync_WhenAnySequenceOfAppends_EqualsTheReference()
    {
        var reading = Gen.Choose(-20, 20).SelectMany(
            sequence => Gen.Choose(1, 4),
            (sequence, count) => TestStorage.Reading(sequence) with
            {
                Values = [.. Enumerable.Range(0, count).Select(index => new NamedValue { Name = $"q{(sequence + index) & 7}", Value = sequence * 0.1 * (index + 1) })],
            });
        var append = Gen.Choose(0, 3).SelectMany(device => reading.ListOf(), (device, readings) => (Device: $"d{device}", Readings: readings.ToImmutableArray()));
        var run = 0;
        Prop.ForAll(append.ListOf().ToArbitrary(), appends => EqualsReferenceAsync($"t{run++}", [.. appends]).GetAwaiter().GetResult())
            .QuickCheckThrowOnFailure();
    }

    /// <summary>Appends one after another and compares with a dictionary: first one wins, order by sequence.</summary>
    private async Task EqualsReferenceAsync(string tenant, (string Device, ImmutableArray<Reading> Readings)[] appends)
    {
        var reference = new SortedDictionary<string, SortedDictionary<long, Reading>>(StringComparer.Ordinal);
        foreach (var (device, readings) in appends)
        {
            var expected = 0;
            var known = reference.TryGetValue(device, out var found) ? found : reference[device] = [];
            foreach (var reading in readings)
            {
                expected += known.TryAdd(reading.Sequence, reading) ? 1 : 0;
            }

            Assert.Equal(expected, await AppendAsync(tenant, device, readings));
        }

        Assert.Equal(reference.Values.Sum(readings => readings.Count), await _storage.Telemetry.CountReadingsAsync(tenant, null, CancellationToken.None));
        foreach (var (device, readings) in reference)
        {
            var stored = await ReadAsync(tenant, device);
            Assert.Equal(readings.Keys, stored.Select(reading => reading.Sequence));
            Assert.All(readings.Values.Zip(stored), pair =>
            {
                Assert.Equal(pair.First.MeasuredAt, pair.Second.MeasuredAt);
                Assert.Equal(pair.First.Values.AsEnumerable(), pair.Second.Values);
            });
        }
    }

    private Task<int> AppendAsync(string tenant, string device, ImmutableArray<Reading> readings) =>
        AppendCoreAsync(tenant, device, readings).AsTask();

    private async ValueTask<int> AppendCoreAsync(string tenant, string device, ImmutableArray<Reading> readings) =>
        await _storage.Telemetry.AppendReadingsAsync(tenant, device, readings, CancellationToken.None);

    private async Task<IReadOnlyList<Reading>> ReadAsync(string tenant, string device, long after = long.MinValue, int limit = 10_000) =>
        await _storage.Telemetry.ReadReadingsAsync(tenant, device, after, limit, CancellationToken.None);
}
