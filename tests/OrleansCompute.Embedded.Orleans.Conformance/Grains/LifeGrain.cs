namespace OrleansCompute.Embedded.Orleans.Conformance.Grains;

[HintedPlacement]
public sealed class LifeGrain(ILocalSiloDetails silo, Journal journal) : Grain, ILifeGrain, IRemindable
{
    private readonly Guid _mark = Guid.NewGuid();

    private string Key => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        journal.Write($"activated {Key}");
        return journal.TakeFailure(Key) ? throw new InvalidOperationException($"no luck with {Key}") : Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Write($"deactivated {Key}");
        journal.Write($"deactivated {Key}: {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<Guid> Mark() => Task.FromResult(_mark);

    public Task<string> SiloName() => Task.FromResult(silo.Name);

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Stay() => new TaskCompletionSource().Task;

    public Task Remind(TimeSpan period) => this.RegisterOrUpdateReminder("bell", TimeSpan.Zero, period);

    public async Task Forget() => await this.UnregisterReminder((await this.GetReminder("bell"))!);

    public Task Break(string what, int left) =>
        Task.FromException(new OutOfStockException(what, left) { Data = { ["note"] = "local only" } });

    public Task<string> AskOther(string key) => GrainFactory.GetGrain<ILifeGrain>(key).SiloName();

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        journal.Write($"{reminderName} {Key}");
        return Task.CompletedTask;
    }
}
