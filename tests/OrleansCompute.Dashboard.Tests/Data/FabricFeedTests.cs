using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansCompute.Dashboard.Data;
using OrleansCompute.Dashboard.Tests.Stage;
using OrleansCompute.TestKit;

namespace OrleansCompute.Dashboard.Tests.Data;

public sealed class FabricFeedTests : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly FabricStage _stage;
    private readonly FabricReader _reader;
    private readonly FabricFeed _feed;

    public FabricFeedTests()
    {
        _stage = SampleFabric.Create(_clock.GetUtcNow());
        var options = Options.Create(new DashboardOptions { RefreshInterval = _interval });
        _reader = new FabricReader(_stage.CreateFactory(), options, _clock, NullLogger<FabricReader>.Instance);
        _feed = new FabricFeed(_reader, options, _clock, NullLogger<FabricFeed>.Instance);
    }

    [Fact]
    public async Task WatchAsync_WhenTwentyWatch_AsksTheGrainsAsOftenAsForOne()
    {
        using var stop = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, 20).Select(_ => _feed.WatchAsync(stop.Token).GetAsyncEnumerator()).ToArray();
        for (var look = 1; look <= 3; look++)
        {
            foreach (var watcher in watchers)
            {
                await watcher.MoveNextAsync().AsTask().OrFailAsync($"look {look} reached every watcher");
                Assert.Equal(look, watcher.Current.Version);
            }

            await NextDelayAsync();
            Assert.Equal(look, _stage.Looks);
            _clock.Advance(_interval);
        }

        Assert.Equal(20, _feed.Watchers);
        foreach (var watcher in watchers)
        {
            await watcher.DisposeAsync();
        }

        Assert.Equal(0, _feed.Watchers);
    }

    [Fact]
    public async Task WatchAsync_WhenTheLastHasLeft_AsksNoMore()
    {
        var watcher = _feed.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        await watcher.MoveNextAsync().AsTask().OrFailAsync("the first look");
        await NextDelayAsync();
        await watcher.DisposeAsync();

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, _clock.PendingTimers);
        Assert.Equal(1, _stage.Looks);
    }

    [Fact]
    public async Task GetAsync_WhenTheLastLookIsFresh_TakesItElseLooksAgain()
    {
        Assert.Equal(1, (await _feed.GetAsync(CancellationToken.None)).Version);
        _clock.Advance(_interval);
        Assert.Equal(1, (await _feed.GetAsync(CancellationToken.None)).Version);
        _clock.Advance(_interval);
        Assert.Equal(2, (await _feed.GetAsync(CancellationToken.None)).Version);
    }

    [Fact]
    public async Task ReadAsync_WhenAGrainFails_ShowsItsErrorAndTheRest()
    {
        _stage.Failures["acme/edge-2"] = new InvalidOperationException("the disk is gone");
        _stage.Failures["default"] = new InvalidOperationException("the pool is gone");

        var snapshot = await _reader.ReadAsync(null, CancellationToken.None);

        Assert.Equal("the disk is gone", snapshot.Devices.Find("acme", "edge-2")?.Error);
        Assert.Equal(2, snapshot.Devices.Values.Count());
        Assert.Equal("the pool is gone", snapshot.Pool.Error);
        Assert.Equal(3, snapshot.Jobs.Values.Count());
    }

    [Fact]
    public async Task ReadAsync_WhenAGrainHangs_GivesUpOnItAfterTwoSeconds()
    {
        _stage.Hanging["acme/edge-1"] = true;
        var read = _reader.ReadAsync(null, CancellationToken.None);
        await NextDelayAsync();

        _clock.Advance(TimeSpan.FromSeconds(2));

        var snapshot = await read.OrFailAsync("the look ended");
        Assert.Contains("no answer within 2 s", snapshot.Devices.Find("acme", "edge-1")?.Error, StringComparison.Ordinal);
        Assert.NotNull(snapshot.Devices.Find("acme", "edge-3")?.Value);
    }

    [Fact]
    public async Task ReadAsync_WhenATenantCannotBeListed_SaysSo()
    {
        _stage.Failures["acme"] = new InvalidOperationException("no such storage");

        var snapshot = await _reader.ReadAsync(null, CancellationToken.None);

        Assert.Contains("Could not list the devices of tenant 'acme': no such storage", snapshot.Problems);
    }

    [Fact]
    public async Task ReadAsync_WhenReadingsArrive_MeasuresTheirRate()
    {
        var first = await _reader.ReadAsync(null, CancellationToken.None);
        var device = _stage.Devices["acme/edge-1"];
        _stage.Devices["acme/edge-1"] = device with { Readings = device.Readings + 50 };
        _clock.Advance(TimeSpan.FromSeconds(2));

        var second = await _reader.ReadAsync(first, CancellationToken.None);

        Assert.Equal(25, Assert.Single(second.Flow).ReadingsPerSecond);
    }

    public void Dispose() => _feed.Dispose();

    /// <summary>Waits until somebody waits for the clock, as the feed does between two looks.</summary>
    private async Task NextDelayAsync()
    {
        var waiting = Task.Run(async () =>
        {
            while (_clock.PendingTimers == 0)
            {
                await Task.Yield();
            }
        });
        await waiting.OrFailAsync("a wait for the clock");
    }
}
