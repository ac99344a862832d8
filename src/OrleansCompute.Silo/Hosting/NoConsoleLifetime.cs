using Microsoft.Extensions.Hosting;

namespace OrleansCompute.Silo.Hosting;

/// <summary>The program that starts the server decides when it ends; no host of it listens to Ctrl-C by itself.</summary>
internal sealed class NoConsoleLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
