using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>Which requests may run while another one waits. Calls between grains time out after one second here.</summary>
public sealed class TurnTests : IAsyncLifetime
{
    private readonly Journal _journal = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        var builder = ClusterFixture.Builder(1);
        builder.ConfigureSilo((_, silo) => silo
            .Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1))
            .ConfigureServices(services => services.AddSingleton(_journal)));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private T Grain<T>(string key = "a")
        where T : IGrainWithStringKey => _cluster.Client.GetGrain<T>(key);

    [Fact]
    public async Task Plain_WhenARequestHolds_MakesOthersWait()
    {
        var grain = Grain<IPlainTurnGrain>();
        var hold = grain.Hold();
        var pass = grain.Pass();
        await grain.Free();
        await Task.WhenAll(hold, pass).OrFailAsync("both requests end");
        var log = await grain.Log();
        Assert.True(Array.IndexOf(log, "held") < Array.IndexOf(log, "pass"), string.Join(", ", log));
    }

    [Fact]
    public async Task Reentrant_WhenARequestHolds_RunsOthers()
    {
        var grain = Grain<IReentrantTurnGrain>();
        var hold = grain.Hold();
        await grain.Pass();
        Assert.Equal("pass", await hold.OrFailAsync("the holder is freed by an interleaved request"));
    }

    [Fact]
    public async Task ReadOnly_WhenAReaderHolds_RunsReaders()
    {
        var grain = Grain<IPlainTurnGrain>();
        var hold = grain.HoldReading();
        await grain.PassReading();
        Assert.Equal("pass reading", await hold.OrFailAsync("the reader is freed by another reader"));
    }

    [Fact]
    public async Task ReadOnly_WhenAReaderHolds_MakesWritersWait()
    {
        var grain = Grain<IPlainTurnGrain>();
        var hold = grain.HoldReading();
        var pass = grain.Pass();
        await grain.Free();
        await Task.WhenAll(hold, pass).OrFailAsync("both requests end");
        var log = await grain.Log();
        Assert.True(Array.IndexOf(log, "held") < Array.IndexOf(log, "pass"), string.Join(", ", log));
    }

    [Fact]
    public async Task MayInterleave_WhenThePredicateSaysYes_Runs()
    {
        var grain = Grain<IPickyTurnGrain>();
        var hold = grain.Hold();
        await grain.Pass();
        Assert.Equal("pass", await hold.OrFailAsync("the holder is freed by the request that the predicate admits"));
    }

    [Fact]
    public async Task MayInterleave_WhenThePredicateSaysNo_Waits()
    {
        var grain = Grain<IPickyTurnGrain>();
        var hold = grain.Hold();
        var ping = grain.Work();
        await grain.Free();
        Assert.Equal("free", await hold.OrFailAsync("the holder is freed"));
        await ping.OrFailAsync("the refused request runs later");
    }

    [Fact]
    public async Task Requests_WhenVeryManyWait_AllRunAndFreeOvertakesThem()
    {
        var grain = Grain<IPlainTurnGrain>();
        var hold = grain.Hold();
        var waiting = Enumerable.Range(0, 50_000).Select(_ => grain.Ping()).ToList();
        await grain.Free();
        await hold.OrFailAsync("the holder is freed before those that wait");
        await Task.WhenAll(waiting).OrFailAsync("50,000 waiting requests run");
    }

    [Fact]
    public async Task CallChain_WhenItComesBackToAPlainGrain_TimesOutNamingGrainAndMethod()
    {
        var error = await Assert.ThrowsAsync<TimeoutException>(() => Grain<IPlainTurnGrain>("first").Through("second"));
        Assert.Matches("Back|Ping", error.Message);
        Assert.Matches("first|second", error.Message);
        await Grain<IPlainTurnGrain>("first").Ping().OrFailAsync("the grain answers after the deadlock");
    }

    [Fact]
    public async Task StatelessWorker_WhenBusy_GetsASecondActivation()
    {
        var marks = await Task.WhenAll(
            _cluster.Client.GetGrain<IWorkerGrain>(0).Meet(),
            _cluster.Client.GetGrain<IWorkerGrain>(0).Meet()).OrFailAsync("two workers meet");
        Assert.Equal(2, marks.Distinct().Count());
    }

    [Fact]
    public async Task Timer_WhenRequestsRun_DoesNotOverlapThem()
    {
        var grain = Grain<IPlainTurnGrain>();
        await grain.StartTimer();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        int ticks, mostAtOnce;
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => grain.Work())).OrFailAsync("requests run between ticks");
            (ticks, mostAtOnce) = await grain.Overlap();
        }
        while (ticks < 10);

        Assert.Equal(1, mostAtOnce);
    }
}
