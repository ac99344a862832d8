using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : IAsyncDisposable
{
    private static readonly GrainId Grain = GrainId.Create("device", "acme/d1");

    private readonly TemporaryFolder _folder = new();
    private FabricStorage _storage;

    public SqliteGrainStorageTests() => _storage = TestStorage.Open(_folder.Path);

    private enum Mood
    {
        Calm,
        Alert,
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ReadStateAsync_WhenThereIsNoRecord_GivesANewState()
    {
        var state = new GrainState<Rich>(new Rich { Count = 7 }, "5") { RecordExists = true };

        await _storage.GrainState.ReadStateAsync("state", Grain, state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Count);
    }

    [Fact]
    public async Task WriteStateAsync_WhenReadAfterReopening_GivesTheSameState()
    {
        var rich = new Rich
        {
            Count = 3,
            Mood = Mood.Alert,
            Numbers = [1, 2, 3],
            Map = ImmutableDictionary<string, LastValue>.Empty.Add("t", new LastValue { Name = "t", Value = double.NaN, MeasuredAt = DateTimeOffset.UnixEpoch }),
            Pair = (4, "four"),
            Report = new DeviceReport { AgentVersion = "1.0", UpdateState = ModelUpdateState.Trying },
        };
        rich.SetSecret("s");
        rich.Items.Add("a");
        var written = new GrainState<Rich>(rich);
        await _storage.GrainState.WriteStateAsync("state", Grain, written);
        Assert.True(written.RecordExists);
        Assert.NotNull(written.ETag);
        await _storage.DisposeAsync();
        _storage = TestStorage.Open(_folder.Path);

        var read = await ReadAsync<Rich>();

        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(3, read.State!.Count);
        Assert.Equal(Mood.Alert, read.State.Mood);
        Assert.Equal([1, 2, 3], read.State.Numbers.AsEnumerable());
        Assert.True(read.State.Nothing.IsDefault);
        Assert.Equal(rich.Map, read.State.Map);
        Assert.Equal((4, "four"), read.State.Pair);
        Assert.Equal("s", read.State.Secret);
        Assert.Equal(["a"], read.State.Items);
        Assert.Equal(rich.Report, read.State.Report);
    }

    [Fact]
    public async Task WriteStateAsync_Always_WritesEnumsByName()
    {
        await WriteAsync(new GrainState<Rich>(new Rich { Mood = Mood.Alert }));

        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_storage.DatabasePath};Pooling=False;Mode=ReadOnly");
        connection.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT json_extract(state, '$.Mood') FROM grain_state";
        Assert.Equal("Alert", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task WriteStateAsync_WhenETagIsOld_ThrowsWithBothETagsAndKeepsTheRecord()
    {
        await WriteAsync(new GrainState<Rich>(new Rich { Count = 1 }));
        var (first, second) = (await ReadAsync<Rich>(), await ReadAsync<Rich>());
        first.State!.Count = 2;
        await WriteAsync(first);
        second.State!.Count = 3;
        var oldETag = second.ETag;

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(second));

        Assert.Equal(first.ETag, conflict.StoredEtag);
        Assert.Equal(oldETag, conflict.CurrentEtag);
        Assert.Equal(oldETag, second.ETag);
        Assert.Equal(2, (await ReadAsync<Rich>()).State!.Count);
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.GrainState.ClearStateAsync("state", Grain, second));
    }

    [Fact]
    public async Task WriteStateAsync_WhenNewButRecordExists_Throws()
    {
        await WriteAsync(new GrainState<Rich>(new Rich()));

        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(new GrainState<Rich>(new Rich())));

        Assert.NotNull(conflict.StoredEtag);
        Assert.Null(conflict.CurrentEtag);
    }

    [Fact]
    public async Task WriteStateAsync_WhenManyRace_ExactlyOneWins()
    {
        await WriteAsync(new GrainState<Rich>(new Rich()));
        var states = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync<Rich>()));

        var outcomes = await Task.WhenAll(states.Select(async state =>
        {
            try
            {
                await WriteAsync(state);
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        }));

        Assert.Single(outcomes, won => won);
    }

    [Fact]
    public async Task ClearStateAsync_WhenThereIsARecord_RemovesIt()
    {
        var state = new GrainState<Rich>(new Rich { Count = 1 });
        await WriteAsync(state);

        await _storage.GrainState.ClearStateAsync("state", Grain, state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Count);
        Assert.False((await ReadAsync<Rich>()).RecordExists);
        await WriteAsync(state);
        Assert.True((await ReadAsync<Rich>()).RecordExists);
    }

    [Fact]
    public async Task ClearStateAsync_WhenThereIsNone_DoesNothing()
    {
        await _storage.GrainState.ClearStateAsync("state", Grain, new GrainState<Rich>());

        Assert.False((await ReadAsync<Rich>()).RecordExists);
    }

    [Fact]
    public async Task WriteStateAsync_WhenClearedAndWrittenAgainMeanwhile_OldETagsStayOld()
    {
        var state = new GrainState<Rich>(new Rich());
        await WriteAsync(state);
        var stale = await ReadAsync<Rich>();
        await _storage.GrainState.ClearStateAsync("state", Grain, state);
        await WriteAsync(state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(stale));
    }

    [Fact]
    public async Task WriteStateAsync_WhenNamesOrGrainsDiffer_KeepsThemApart()
    {
        await _storage.GrainState.WriteStateAsync("a", Grain, new GrainState<Rich>(new Rich { Count = 1 }));
        await _storage.GrainState.WriteStateAsync("b", Grain, new GrainState<Rich>(new Rich { Count = 2 }));
        await _storage.GrainState.WriteStateAsync("a", GrainId.Create("device", "acme/d2"), new GrainState<Rich>(new Rich { Count = 3 }));

        var state = new GrainState<Rich>();
        await _storage.GrainState.ReadStateAsync("a", Grain, state);
        Assert.Equal(1, state.State!.Count);
    }

    [Fact]
    public async Task WriteStateAsync_WhenStateIsTooLarge_NamesTheLimit()
    {
        var state = new GrainState<string>(new string('x', SqliteGrainStorage.MaxStateBytes));

        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(() => _storage.GrainState.WriteStateAsync("state", Grain, state));

        Assert.Contains($"{SqliteGrainStorage.MaxStateBytes}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadStateAsync_WhenStoredAsAnotherType_NamesGrainAndType()
    {
        await _storage.GrainState.WriteStateAsync("state", Grain, new GrainState<string>("text"));

        var failure = await Assert.ThrowsAsync<FabricStorageException>(() => ReadAsync<Rich>());

        Assert.Contains("device/acme/d1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Rich), failure.Message, StringComparison.Ordinal);
    }

    private Task WriteAsync(GrainState<Rich> state) => _storage.GrainState.WriteStateAsync("state", Grain, state);

    private async Task<GrainState<T>> ReadAsync<T>()
    {
        var state = new GrainState<T>();
        await _storage.GrainState.ReadStateAsync("state", Grain, state);
        return state;
    }

    private sealed class Rich
    {
        public int Count { get; set; }

        public Mood Mood { get; set; }

        public ImmutableArray<int> Numbers { get; set; } = [];

        public ImmutableArray<int> Nothing { get; set; }

        public ImmutableDictionary<string, LastValue> Map { get; set; } = ImmutableDictionary<string, LastValue>.Empty;

        public (int Number, string Text) Pair { get; set; }

        public List<string> Items { get; } = [];

        public string? Secret { get; private set; }

        public DeviceReport? Report { get; set; }

        public void SetSecret(string secret) => Secret = secret;
    }
}
