namespace Orleans.Embedded;

/// <summary>An external client: calls enter the cluster through any active silo. Thread-safe.</summary>
internal sealed class ClientRuntime : GrainReferenceRuntime, IDisposable
{
    private readonly Lock _gate = new();
    private ITimer? _clockTimer;
    private bool _connected;
    private bool _disposed;

    public ClientRuntime(IServiceProvider services, IOptions<ClusterOptions> cluster, IOptions<ClientMessagingOptions> messaging)
        : base(EmbeddedClusterRegistry.Instance.Enter(cluster.Value), services, messaging.Value)
    {
    }

    public override SiloRuntime PlacingSilo => Cluster.AnyActiveSilo()
        ?? throw new SiloUnavailableException($"No silo of cluster '{Cluster.ClusterId}' is active in this process.");

    public override bool IsRunning => _connected;

    public void Connect()
    {
        if (Cluster.AnyActiveSilo() is null)
        {
            throw new SiloUnavailableException(
                $"Could not find any gateway of cluster '{Cluster.ClusterId}' (service '{Cluster.ServiceId}') in this process: start a silo first. "
                + "The embedded engine does not reach other processes; build with -p:Packages=Official for that.");
        }

        _clockTimer = TimeProvider.CreateTimer(static state => ((CoarseClock)state!).Update(), Clock, Clock.Resolution, Clock.Resolution);
        _connected = true;
    }

    public void Disconnect()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _connected = false;
        _clockTimer?.Dispose();
        Cluster.RemoveObservers(this);
        EmbeddedClusterRegistry.Instance.Leave(Cluster);
    }

    public void Dispose() => Disconnect();
}
