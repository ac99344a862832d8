using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>Activation, idle collection, deactivation, reminders, outgoing filters.</summary>
public sealed class LifeTests : IAsyncLifetime
{
    private readonly Journal _journal = new();
    private InProcessTestCluster _cluster = null!;
    private int _clientCalls;
    private int _grainCalls;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<GrainCollectionOptions>(options =>
            {
                options.CollectionQuantum = TimeSpan.FromSeconds(0.25);
                options.CollectionAge = TimeSpan.FromSeconds(0.5);
            });
            silo.Configure<ReminderOptions>(options => options.MinimumReminderPeriod = TimeSpan.FromSeconds(0.1));
            silo.Services.AddSingleton(_journal);
            silo.Services.AddPlacementDirector<HintedPlacement, HintedDirector>();
            silo.AddOutgoingGrainCallFilter(async context =>
            {
                if (context.SourceId is not null && context.MethodName == nameof(ILifeGrain.SiloName))
                {
                    Interlocked.Increment(ref _grainCalls);
                }

                await context.Invoke();
            });
        });
        builder.ConfigureClient(client => client.AddOutgoingGrainCallFilter(async context =>
        {
            Interlocked.Increment(ref _clientCalls);
            await context.Invoke();
            if (context.MethodName == nameof(ILifeGrain.AskOther))
            {
                context.Result = "told: " + context.Result;
            }
        }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private ILifeGrain Grain(string key) => _cluster.Client.GetGrain<ILifeGrain>(key);

    private async Task<ILifeGrain> OnAsync(string silo, string key)
    {
        RequestContext.Set("silo", silo);
        Assert.Equal(silo, await Grain(key).SiloName());
        RequestContext.Clear();
        return Grain(key);
    }

    [Fact]
    public async Task Grain_WhenIdle_IsCollected()
    {
        var mark = await Grain("idle").Mark();
        await _journal.WaitForAsync("deactivated idle: ActivationIdle").OrFailAsync("the idle grain is collected");
        Assert.NotEqual(mark, await Grain("idle").Mark());
    }

    [Fact]
    public async Task DelayDeactivation_WhenSet_KeepsTheGrain()
    {
        var mark = await Grain("kept").Mark();
        await Grain("kept").Delay(TimeSpan.FromHours(1));
        for (var round = 1; round <= 2; round++)
        {
            await Grain("other").Mark();
            await _journal.WaitForAsync("deactivated other", round).OrFailAsync("the other grain is collected");
        }

        Assert.Equal(mark, await Grain("kept").Mark());
        Assert.Equal(0, _journal.Count("deactivated kept"));
    }

    [Fact]
    public async Task DeactivateOnIdle_WhenCalled_SaysThatTheApplicationAsked()
    {
        await Grain("leaver").Leave();
        await _journal.WaitForAsync("deactivated leaver: ApplicationRequested").OrFailAsync("the grain deactivates");
    }

    [Fact]
    public async Task OnActivateAsync_WhenItThrows_FailsTheCallAndTheNextOneTriesAgain()
    {
        _journal.FailNextActivation("weak");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Grain("weak").Mark());
        Assert.Contains("no luck with weak", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(Guid.Empty, await Grain("weak").Mark());
        Assert.Equal(2, _journal.Count("activated weak"));
    }

    [Fact]
    public async Task Exception_WhenOfAnOwnType_KeepsTypeMessageAndMembers()
    {
        var error = await Assert.ThrowsAsync<OutOfStockException>(() => Grain("shop").Break("no apples", 3));
        Assert.Equal(("no apples", 3), (error.Message, error.Left));
    }

    [Fact]
    public async Task Reminder_WhenRegistered_ComesAgainEvenAfterDeactivation()
    {
        await Grain("bell").Remind(TimeSpan.FromSeconds(0.3));
        await _journal.WaitForAsync("bell bell", 2).OrFailAsync("the reminder comes twice");
        await Grain("bell").Leave();
        await _journal.WaitForAsync("deactivated bell").OrFailAsync("the grain deactivates");
        var before = _journal.Count("bell bell");
        await _journal.WaitForAsync("bell bell", before + 1).OrFailAsync("the reminder wakes the grain");
        await Grain("bell").Forget();
    }

    [Fact]
    public async Task OutgoingFilter_WhenOfTheClient_SeesTheCallAndMayChangeTheResult()
    {
        await OnAsync("Silo_0", "asked");
        Assert.Equal("told: Silo_0", await Grain("asker").AskOther("asked"));
        Assert.True(_clientCalls >= 2);
    }

    [Fact]
    public async Task OutgoingFilter_WhenOfASilo_SeesCallsOfGrains()
    {
        await Grain("asker").AskOther("asked");
        Assert.Equal(1, _grainCalls);
    }

    [Fact]
    public async Task Stop_WhenGraceful_RunsOnDeactivateAsync()
    {
        await OnAsync("Silo_1", "stopped");
        await Grain("stopped").Delay(TimeSpan.FromHours(1));
        await _cluster.StopSiloAsync(_cluster.Silos[1]);
        Assert.Equal(1, _journal.Count("deactivated stopped: ShuttingDown"));
        Assert.Equal("Silo_0", await Grain("stopped").SiloName());
    }

    [Fact]
    public async Task Kill_WhenAbrupt_LetsTheGrainComeBackElsewhere()
    {
        await OnAsync("Silo_1", "killed");
        await Grain("killed").Delay(TimeSpan.FromHours(1));
        await _cluster.KillSiloAsync(_cluster.Silos[1]);
        Assert.Equal("Silo_0", await Grain("killed").SiloName().OrFailAsync("the grain comes back elsewhere"));
    }
}
