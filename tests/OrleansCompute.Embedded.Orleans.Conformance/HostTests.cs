using System.Globalization;
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

    [Fact]
    public async Task Host_WhenItsPortIsTaken_DoesNotStartAndSaysWhich()
    {
        var ports = NewPorts();
        using var first = NewHost(ports);
        await first.StartAsync().OrFailAsync("the first silo starts");
        using var second = NewHost(ports);
        var error = await Assert.ThrowsAnyAsync<Exception>(() => second.StartAsync());
        Assert.True(
            error.ToString().Contains(ports.Silo.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            || error.ToString().Contains("in use", StringComparison.OrdinalIgnoreCase), error.ToString());
        var grain = first.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a");
        Assert.Equal(3, await grain.Add(3));
        await first.StopAsync().OrFailAsync("the first silo stops");
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
