using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Storage.Hosting;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Hosting;

public sealed class StorageSiloBuilderExtensionsTests
{
    [Fact]
    public async Task AddFabricGrainStorage_WhenSilosShareAStorage_EachFindsItByName()
    {
        using var folder = new TemporaryFolder();
        await using var storage = TestStorage.Open(folder.Path);
        for (var silo = 0; silo < 2; silo++)
        {
            var builder = new Builder();
            builder.Services.AddFabricStorage(storage);
            builder.AddFabricGrainStorage(storage).AddFabricGrainStorage(storage, "second");

            await using var provider = builder.Services.BuildServiceProvider();

            Assert.Same(storage.GrainState, provider.GetRequiredKeyedService<IGrainStorage>("Default"));
            Assert.Same(storage.GrainState, provider.GetRequiredKeyedService<IGrainStorage>("second"));
            Assert.Same(storage.Telemetry, Assert.Single(provider.GetServices<ITelemetryStore>()));
        }

        Assert.Equal(0, await storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
    }

    private sealed class Builder : ISiloBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationManager();
    }
}
