using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansCompute.Embedded.Orleans.Conformance.Grains;
using OrleansCompute.TestKit;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>Where the embedded engine refuses what official Orleans does otherwise.</summary>
public sealed class DifferenceTests
{
    [EmbeddedFact]
    public async Task Host_WhenItsPortIsTaken_DoesNotStartAndNamesIt()
    {
        // Official Orleans binds with SO_REUSEADDR, so that on Linux two silos share the port and a client reaches either.
        const int Port = 21_111;
        using var first = NewHost(Port);
        await first.StartAsync().OrFailAsync("the first silo starts");
        using var second = NewHost(Port);
        var error = await Assert.ThrowsAsync<OrleansConfigurationException>(() => second.StartAsync());
        Assert.Contains(Port.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        var grain = first.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("a");
        Assert.Equal(3, await grain.Add(3));
        await first.StopAsync().OrFailAsync("the first silo stops");
    }

    [EmbeddedFact]
    public async Task MigrateOnIdle_WhenCalled_NamesTheWayOut()
    {
        using var host = NewHost(21_113);
        await host.StartAsync().OrFailAsync("the silo starts");
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPlainTurnGrain>("a");
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => grain.Migrate());
        Assert.Contains("-p:Packages=Official", error.Message, StringComparison.Ordinal);
        await host.StopAsync().OrFailAsync("the silo stops");
    }

    [EmbeddedFact]
    public async Task Kill_WhenACallIsPending_FailsItAtOnceAndRunsNoOnDeactivateAsync()
    {
        // As when a process dies. Official in-process clusters run OnDeactivateAsync even then, and leave the call to its timeout.
        var journal = new Journal();
        var builder = ClusterFixture.Builder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(journal);
            silo.Services.AddPlacementDirector<HintedPlacement, HintedDirector>();
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        RequestContext.Set("silo", "Silo_1");
        var grain = cluster.Client.GetGrain<ILifeGrain>("killed");
        await grain.Mark();
        RequestContext.Clear();
        var pending = grain.Stay();
        await cluster.KillSiloAsync(cluster.Silos[1]);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => pending.OrFailAsync("the pending call fails"));
        Assert.Equal("Silo_0", await grain.SiloName().OrFailAsync("the grain comes back elsewhere"));
        Assert.Equal(0, journal.Count("deactivated killed"));
    }

    private static IHost NewHost(int port)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, port + 10_000, serviceId: "differences", clusterId: "differences"));
        return builder.Build();
    }
}
