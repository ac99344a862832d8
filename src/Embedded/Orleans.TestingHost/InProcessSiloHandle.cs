using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>A silo of an in-process test cluster.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _stopped;

    /// <summary>Its host.</summary>
    public IHost SiloHost { get; init; } = null!;

    /// <summary>Its services.</summary>
    public IServiceProvider ServiceProvider => SiloHost.Services;

    /// <inheritdoc/>
    public override bool IsActive => !_stopped;

    /// <inheritdoc/>
    public override Task StopSiloAsync(bool stopGracefully) => StopSiloAsync(stopGracefully ? CancellationToken.None : new CancellationToken(true));

    /// <inheritdoc/>
    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        if (ct.IsCancellationRequested)
        {
            // Before the host's other services stop, as a process dies all at once.
            ServiceProvider.GetRequiredService<SiloRuntime>().Kill();
        }

        try
        {
            await SiloHost.StopAsync(ct);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // What a killed host throws on its way out is of no interest.
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(true);
        if (SiloHost is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopSiloAsync(false).GetAwaiter().GetResult();
            SiloHost.Dispose();
        }

        base.Dispose(disposing);
    }
}
