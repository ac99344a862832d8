namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[HintedPlacement]
public sealed class ScenarioGrain(
    ILocalSiloDetails silo,
    [PersistentState("number")] IPersistentState<Number> number,
    [PersistentState("number", "Default")] IPersistentState<Number> twin) : Grain, IScenarioGrain, IRemindable
{
    private readonly TaskCompletionSource<bool> _released = new();
    private readonly TaskCompletionSource<int> _ticked = new();
    private int _ticks;

    public Task<string> Key()
    {
        var key = this.GetPrimaryKeyLong(out var extension);
        return Task.FromResult($"{key}/{extension}");
    }

    public Task<string> SiloName() => Task.FromResult(silo.Name);

    public async Task Store(int value)
    {
        number.State.Value = value;
        await number.WriteStateAsync();
    }

    public Task<int> Stored() => Task.FromResult(number.State.Value);

    public async Task StoreBehindItsBack(int value)
    {
        twin.State.Value = value;
        await twin.WriteStateAsync();
        await number.WriteStateAsync();
    }

    public async Task<int> CallBackThrough(long other, bool allow)
    {
        using var section = allow ? RequestContext.AllowCallChainReentrancy() : RequestContext.SuppressCallChainReentrancy();
        return await GrainFactory.GetGrain<IScenarioGrain>(other, "x").CallTo(this.GetPrimaryKeyLong());
    }

    public Task<int> CallTo(long target) => GrainFactory.GetGrain<IScenarioGrain>(target, "x").Value();

    public Task<int> Value() => Task.FromResult(7);

    public Task Hang() => _released.Task;

    public Task Watch(IWatcher watcher)
    {
        watcher.Seen("hello");
        return Task.CompletedTask;
    }

    public Task StartTimer()
    {
        this.RegisterGrainTimer(
            () =>
            {
                if (++_ticks == 3)
                {
                    _ticked.TrySetResult(_ticks);
                }

                return Task.CompletedTask;
            },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(5));
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task RemindTooOften() => this.RegisterOrUpdateReminder("often", TimeSpan.Zero, TimeSpan.FromSeconds(1));

    public Task Release()
    {
        _released.TrySetResult(true);
        return Task.CompletedTask;
    }

    public Task<bool> WaitForRelease() => _released.Task;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
