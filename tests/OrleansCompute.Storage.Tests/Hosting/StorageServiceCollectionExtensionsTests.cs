using Microsoft.Extensions.DependencyInjection;
using OrleansCompute.Contracts.Storage;
using OrleansCompute.Storage.Hosting;
using OrleansCompute.TestKit;

namespace OrleansCompute.Storage.Tests.Hosting;

public sealed class StorageServiceCollectionExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddFabricStorage_WhenGivenAFolder_ContainerOwnsTheStorage()
    {
        var provider = new ServiceCollection().AddFabricStorage(_folder.Path).BuildServiceProvider();
        var telemetry = provider.GetRequiredService<ITelemetryStore>();
        Assert.Equal(1, await telemetry.AppendReadingsAsync("acme", "d1", TestStorage.Readings(1, 1), CancellationToken.None));
        Assert.Same(provider.GetRequiredService<FabricStorage>().Usage, provider.GetRequiredService<IUsageLedger>());
        Assert.Same(provider.GetRequiredService<FabricStorage>().Inferences, provider.GetRequiredService<IInferenceStore>());
        Assert.Same(provider.GetRequiredService<FabricStorage>().Artifacts, provider.GetRequiredService<IArtifactStore>());

        await provider.DisposeAsync();

        await using var reopened = TestStorage.Open(_folder.Path);
        Assert.Equal(1, await reopened.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
    }

    [Fact]
    public async Task AddFabricStorage_WhenGivenAnOpenStorage_ContainersShareItAndLeaveItOpen()
    {
        await using var storage = TestStorage.Open(_folder.Path);
        foreach (var device in (string[])["d1", "d2"])
        {
            await using var provider = new ServiceCollection().AddFabricStorage(storage).BuildServiceProvider();
            Assert.Same(storage.Telemetry, provider.GetRequiredService<ITelemetryStore>());
            await provider.GetRequiredService<ITelemetryStore>().AppendReadingsAsync("acme", device, TestStorage.Readings(1, 1), CancellationToken.None);
        }

        Assert.Equal(2, await storage.Telemetry.CountReadingsAsync("acme", null, CancellationToken.None));
    }
}
