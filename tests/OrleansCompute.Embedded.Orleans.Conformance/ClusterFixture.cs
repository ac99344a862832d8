using Orleans.TestingHost;

namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>Three silos and a client, shared by the tests that do not stop silos.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IClusterClient Client => Cluster.Client;

    public static InProcessTestClusterBuilder Builder(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) => silo
            .AddMemoryGrainStorageAsDefault()
            .AddMemoryGrainStorage("other")
            .UseInMemoryReminderService());
        return builder;
    }

    public async Task InitializeAsync()
    {
        Cluster = Builder(3).Build();
        await Cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
