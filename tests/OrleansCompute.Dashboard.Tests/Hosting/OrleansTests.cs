using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using OrleansCompute.Dashboard.Tests.Stage;

namespace OrleansCompute.Dashboard.Tests.Hosting;

/// <summary>In one host with a real silo and real grains.</summary>
public sealed class OrleansTests
{
    private readonly FabricStage _stage = SampleFabric.Create(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Pages_WhenTheGrainsAreReal_ShowWhatTheySayAndTheErrorOfTheOneThatIsMissing()
    {
        await using var host = await DashboardHost.StartAsync(null, build: builder =>
        {
            builder.Services.AddSingleton(_stage);
            builder.UseOrleans(silo => silo.UseLocalhostClustering());
        });
        using var client = new HttpClient();

        var nodes = await client.GetStringAsync(new Uri(host.Root, "nodes"));
        var job = await client.GetStringAsync(new Uri(host.Root, "jobs/acme/fashion"));
        var devices = await client.GetStringAsync(new Uri(host.Root, "devices"));
        using var none = await client.GetAsync(new Uri(host.Root, "jobs/acme/none"));

        Assert.Contains("cpu-avx512", nodes, StringComparison.Ordinal);
        Assert.Contains("rack r2, 7.5 cores, 16.0 GB of memory, 0.125 for an accelerator hour, 90 W each, spot: may be taken back at any time", nodes, StringComparison.Ordinal);
        Assert.Contains("Taken away at ", nodes, StringComparison.Ordinal);
        Assert.Contains("68,400 of 120,000 samples", job, StringComparison.Ordinal);
        Assert.Contains("<dt>Gradient noise scale</dt><dd>1,234</dd>", job, StringComparison.Ordinal);
        Assert.Contains("<dt>Statistical efficiency</dt><dd>89 %</dd>", job, StringComparison.Ordinal);
        Assert.Contains("100 to 1,000 samples", job, StringComparison.Ordinal);
        Assert.Contains("class=\"note bad\"", devices, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }
}
