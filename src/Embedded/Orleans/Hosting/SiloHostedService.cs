using Microsoft.Extensions.Hosting;

namespace Orleans.Embedded;

/// <summary>Runs a silo's lifecycle with its host. Stopping with a token that is cancelled already kills the silo.</summary>
internal sealed class SiloHostedService : IHostedService
{
    private readonly SiloRuntime _silo;
    private readonly SiloLifecycle _lifecycle;

    public SiloHostedService(SiloRuntime silo, SiloLifecycle lifecycle, IEnumerable<ILifecycleParticipant<ISiloLifecycle>> participants)
    {
        _silo = silo;
        _lifecycle = lifecycle;
        foreach (var participant in participants)
        {
            participant.Participate(lifecycle);
        }

        lifecycle.Subscribe("Join", ServiceLifecycleStage.RuntimeInitialize, Once(silo.Join), _ => Once(silo.Kill)(default));
        lifecycle.Subscribe("Activate", ServiceLifecycleStage.BecomeActive, Once(silo.BecomeActive), silo.LeaveAsync);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _lifecycle.StartAsync(cancellationToken);
        }
        catch
        {
            _silo.Kill();
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _silo.Kill();
        }

        await _lifecycle.StopAsync(cancellationToken);
    }

    private static Func<CancellationToken, Task> Once(Action action) => _ =>
    {
        action();
        return Task.CompletedTask;
    };
}
