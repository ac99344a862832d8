using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Silo.Nodes;

/// <summary>Tells the pool of nodes whose silo is gone.</summary>
internal sealed partial class NodeWatch(ISiloStatusOracle silos, IGrainFactory grains, string pool, ILogger<NodeWatch> logger)
    : IHostedService, ISiloStatusListener
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status is SiloStatus.Dead && silos.TryGetSiloName(updatedSilo, out var name))
        {
            // The notification must return at once; the pool is told in the background.
            _ = Task.Run(() => TellAsync(name));
        }
    }

    private async Task TellAsync(string node)
    {
        try
        {
            await grains.GetGrain<IPoolGrain>(pool).Leave(node, $"the silo of node {node} is gone");
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            LogNotTold(exception, node, pool);
        }
    }

    [LoggerMessage(8001, LogLevel.Error, "Pool {Pool} could not be told that node {Node} is gone")]
    private partial void LogNotTold(Exception exception, string node, string pool);
}
