using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

public sealed class ScenarioTests : IAsyncLifetime
{
    private int _filtered;
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(2);
        builder.Options.InitializeClientOnDeploy = true;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddPlacementDirector<HintedPlacement, HintedDirector>();
            silo.AddIncomingGrainCallFilter(async context =>
            {
                Interlocked.Increment(ref _filtered);
                await context.Invoke();
                if (context.MethodName == nameof(IScenarioGrain.Value))
                {
                    context.Result = (int)context.Result! + 1;
                }
            });
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private IScenarioGrain Grain(long key) => _cluster.Client.GetGrain<IScenarioGrain>(key, "x");

    private async Task<IScenarioGrain> OnAsync(string silo, long key)
    {
        RequestContext.Set("silo", silo);
        var grain = Grain(key);
        Assert.Equal(silo, await grain.SiloName());
        RequestContext.Clear();
        return grain;
    }

    [Fact]
    public async Task Key_WhenCompound_ComesBack() => Assert.Equal("-5/x", await Grain(-5).Key());

    [Fact]
    public async Task Filter_WhenItChangesTheResult_IsSeen()
    {
        Assert.Equal(8, await Grain(1).Value());
        Assert.True(_filtered > 0);
    }

    [Fact]
    public async Task Placement_WhenHinted_IsObeyed()
    {
        for (var i = 0; i < 10; i++)
        {
            await OnAsync(i % 2 == 0 ? "Silo_0" : "Silo_1", 100 + i);
        }
    }

    [Fact]
    public async Task Placement_WhenTheDirectorThrows_FailsTheCallWithItsMessage()
    {
        RequestContext.Set("silo", "nowhere");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Grain(2).Value());
        RequestContext.Clear();
        Assert.Contains("no silo named nowhere", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_WhenStored_SurvivesDeactivation()
    {
        await Grain(3).Store(42);
        await _cluster.DeactivateAsync(Grain(3));
        Assert.Equal(42, await Grain(3).Stored());
    }

    [Fact]
    public async Task State_WhenChangedBehindTheBack_IsRefused() =>
        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain(4).StoreBehindItsBack(1));

    [Fact]
    public async Task CallChain_WhenAllowed_ReEnters() =>
        Assert.Equal(8, await Grain(5).CallBackThrough(6, allow: true).OrFailAsync("the reentrant chain ends"));

    [Fact]
    public async Task Hang_WhenOverItsTimeout_ThrowsTimeoutNamingTheMethod()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Grain(7).Hang());
        Assert.Contains(nameof(IScenarioGrain.Hang), error.Message, StringComparison.Ordinal);
        await Grain(7).Release();
    }

    [Fact]
    public async Task AlwaysInterleave_WhenAnotherRequestWaits_Runs()
    {
        var waiting = Grain(8).WaitForRelease();
        await Grain(8).Release();
        Assert.True(await waiting.OrFailAsync("the waiting request is released"));
    }

    [Fact]
    public async Task Observer_WhenNotified_IsCalled()
    {
        var watcher = new Watcher();
        var reference = _cluster.Client.CreateObjectReference<IWatcher>(watcher);
        await Grain(9).Watch(reference);
        Assert.Equal("hello", await watcher.Text.Task.OrFailAsync("the observer is called"));
        GC.KeepAlive(watcher);
    }

    [Fact]
    public async Task Timer_WhenRegistered_Ticks()
    {
        await Grain(10).StartTimer();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await Grain(10).Ticks() < 3)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Reminder_WhenTooOften_IsRefused() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Grain(11).RemindTooOften());

    [Fact]
    public async Task Stop_WhenGraceful_MovesGrains()
    {
        var grain = await OnAsync("Silo_1", 13);
        await grain.Store(5);
        await _cluster.StopSiloAsync(_cluster.Silos[1]);
        Assert.Equal("Silo_0", await grain.SiloName());
        Assert.Equal(5, await grain.Stored());
        var oracle = _cluster.Silos[0].ServiceProvider.GetRequiredService<ISiloStatusOracle>();
        Assert.Single(oracle.GetApproximateSiloStatuses(onlyActive: true));
    }

    private sealed class Watcher : IWatcher
    {
        public TaskCompletionSource<string> Text { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Seen(string text) => Text.TrySetResult(text);
    }
}
