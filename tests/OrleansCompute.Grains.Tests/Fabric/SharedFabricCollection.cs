namespace OrleansCompute.Grains.Tests.Fabric;

[CollectionDefinition(Name)]
public sealed class SharedFabricCollection : ICollectionFixture<SharedFabric>
{
    public const string Name = "shared fabric";
}
