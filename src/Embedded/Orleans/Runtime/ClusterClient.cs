namespace Orleans.Embedded;

internal sealed class ClusterClient(GrainReferenceRuntime runtime, IServiceProvider services) : GrainFactory(runtime), IClusterClient
{
    public IServiceProvider ServiceProvider => services;
}
