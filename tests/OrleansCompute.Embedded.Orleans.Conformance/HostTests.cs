using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>Silos in ordinary hosts.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Host_WhenStarted_CallsGrainsThroughItsOwnFactory()
    {
        using var host = NewHost(NewPorts());
        await host.StartAsync().OrFailAsync("the silo starts");
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a");
        Assert.Equal(3, await grain.Add(3));
        await host.StopAsync().OrFailAsync("the silo stops");
    }

    private static (int Silo, int Gateway) NewPorts()
    {
        using var allocator = new TestClusterPortAllocator();
        return allocator.AllocateConsecutivePortPairs(1);
    }

    private static IHost NewHost((int Silo, int Gateway) ports)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(ports.Silo, ports.Gateway));
        return builder.Build();
    }
}
