namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>Two nodes, shared by the tests that kill none; each test uses names of its own.</summary>
public sealed class SharedFabric : IAsyncLifetime
{
    public FabricCluster Fabric { get; private set; } = null!;

    public async Task InitializeAsync() => Fabric = await FabricCluster.StartAsync([new TestNode("left"), new TestNode("right")]);

    public async Task DisposeAsync() => await Fabric.DisposeAsync();
}
