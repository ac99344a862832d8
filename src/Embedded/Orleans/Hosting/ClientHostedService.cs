using Microsoft.Extensions.Hosting;

namespace Orleans.Embedded;

internal sealed class ClientHostedService(ClientRuntime client) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        client.Connect();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        client.Disconnect();
        return Task.CompletedTask;
    }
}
