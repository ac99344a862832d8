namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

public abstract class TurnGrain : Grain, ITurnGrain
{
    private readonly TaskCompletionSource<string> _freed = new();
    private readonly List<string> _log = [];
    private int _inside;
    private int _mostAtOnce;
    private int _ticks;

    public async Task<string> Hold()
    {
        _log.Add("hold");
        var by = await _freed.Task;
        _log.Add("held");
        return by;
    }

    public Task<string> HoldReading() => Hold();

    public Task Pass() => FreeAs("pass");

    public Task PassReading() => FreeAs("pass reading");

    public Task Free() => FreeAs("free");

    public Task<string[]> Log() => Task.FromResult(_log.ToArray());

    public Task Through(string other) => GrainFactory.GetGrain<IPlainTurnGrain>(other).Back(this.GetPrimaryKeyString());

    public Task Back(string first) => GrainFactory.GetGrain<IPlainTurnGrain>(first).Ping();

    public Task Ping() => Task.CompletedTask;

    public Task Migrate()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }

    public Task StartTimer()
    {
        this.RegisterGrainTimer(
            async cancellationToken =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Work();
                _ticks++;
            },
            new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1)));
        return Task.CompletedTask;
    }

    public async Task Work()
    {
        _mostAtOnce = Math.Max(_mostAtOnce, ++_inside);
        await Task.Yield();
        await Task.Run(static () => { });
        await Task.Yield();
        _inside--;
    }

    public Task<(int Ticks, int MostAtOnce)> Overlap() => Task.FromResult((_ticks, _mostAtOnce));

    private Task FreeAs(string name)
    {
        _log.Add(name);
        _freed.TrySetResult(name);
        return Task.CompletedTask;
    }
}
