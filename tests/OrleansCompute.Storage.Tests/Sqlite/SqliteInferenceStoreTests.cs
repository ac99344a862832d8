using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Storage.Sqlite;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Sqlite;

public sealed class SqliteInferenceStoreTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FabricStorage _storage;

    public SqliteInferenceStoreTests() => _storage = TestStorage.Open(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AppendInferencesAsync_WhenASampleIsRepeated_CountsItOncePerVersion()
    {
        Assert.Equal(3, await AppendAsync("acme", "d1", 1, 0, 1, 2));
        Assert.Equal(1, await AppendAsync("acme", "d1", 1, 2, 3));
        Assert.Equal(2, await AppendAsync("acme", "d1", 2, 2, 3));
        Assert.Equal(1, await AppendAsync("acme", "d2", 1, 2));

        Assert.Equal(5, (await ReadAsync("acme", 1)).Count);
        Assert.Equal(2, (await ReadAsync("acme", 2)).Count);
    }

    [Fact]
    public async Task ReadInferencesAsync_WhenStored_GivesThemByDeviceAndSample()
    {
        await AppendAsync("acme", "d2", 1, 5, 1, long.MinValue, long.MaxValue);
        await AppendAsync("acme", "d1", 1, 9);
        await AppendAsync("other", "d1", 1, 7);

        var stored = await ReadAsync("acme", 1);

        Assert.Equal([("d1", 9), ("d2", long.MinValue), ("d2", 1), ("d2", 5), ("d2", long.MaxValue)], stored.Select(x => (x.Device, x.Result.Sample)));
        Assert.All(stored, x => Assert.Equal(Result(x.Result.Sample), x.Result));
    }

    [Theory]
    [InlineData(SqliteInferenceStore.PageRows)]
    [InlineData(SqliteInferenceStore.PageRows + 1)]
    public async Task ReadInferencesAsync_WhenMoreThanAPage_GivesEveryOneOnce(int count)
    {
        await AppendAsync("acme", "d1", 1, [.. Enumerable.Range(0, count).Select(x => (long)x)]);
        await AppendAsync("acme", "d2", 1, 0);

        var stored = await ReadAsync("acme", 1);

        Assert.Equal(count + 1, stored.Distinct().Count());
        Assert.Equal(count + 1, stored.Count);
    }

    [Fact]
    public async Task ReadInferencesAsync_WhenThereIsNoSuchVersion_IsEmpty() => Assert.Empty(await ReadAsync("acme", 1));

    [Theory]
    [InlineData(float.NaN, 1)]
    [InlineData(1.5f, 1)]
    [InlineData(-0.1f, 1)]
    [InlineData(0.5f, float.NaN)]
    [InlineData(0.5f, -1)]
    public async Task AppendInferencesAsync_WhenAResultIsBad_SaysWhatIsAllowed(float confidence, float latencyMs)
    {
        var refusal = await Assert.ThrowsAsync<FabricRefusedException>(async () => await _storage.Inferences.AppendInferencesAsync(
            "acme", "d1", "fashion", 1, [new InferenceResult(4, 0, confidence, latencyMs)], CancellationToken.None));

        Assert.Contains("sample 4", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", refusal.Message, StringComparison.Ordinal);
    }

    private static InferenceResult Result(long sample) => new(sample, (int)(sample & 7), 0.1f + ((sample & 7) * 0.1f), 1.25f);

    private async Task<int> AppendAsync(string tenant, string device, int version, params long[] samples) =>
        await _storage.Inferences.AppendInferencesAsync(
            tenant, device, "fashion", version, [.. samples.Select(Result)], CancellationToken.None);

    private async Task<List<DeviceInference>> ReadAsync(string tenant, int version)
    {
        var all = new List<DeviceInference>();
        await foreach (var inference in _storage.Inferences.ReadInferencesAsync(tenant, "fashion", version, CancellationToken.None))
        {
            all.Add(inference);
        }

        return all;
    }
}
