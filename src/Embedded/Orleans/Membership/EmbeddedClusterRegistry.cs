namespace Orleans.Embedded;

/// <summary>
/// The clusters of this process. This is the engine's only shared state: official silos find each other through sockets and a
/// membership table, these find each other here, by cluster id and service id. A cluster lives while a silo or client uses it.
/// Thread-safe.
/// </summary>
internal sealed class EmbeddedClusterRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string ClusterId, string ServiceId), (EmbeddedCluster Cluster, int Users)> _clusters = [];

    public static EmbeddedClusterRegistry Instance { get; } = new();

    /// <summary>The grain classes of the loaded assemblies; the same for every cluster.</summary>
    public GrainCatalog Catalog { get; } = new();

    public EmbeddedCluster Enter(ClusterOptions options)
    {
        lock (_gate)
        {
            var key = (options.ClusterId, options.ServiceId);
            var (cluster, users) = _clusters.TryGetValue(key, out var found)
                ? found
                : (new EmbeddedCluster(options.ClusterId, options.ServiceId, Catalog), 0);
            _clusters[key] = (cluster, users + 1);
            return cluster;
        }
    }

    public void Leave(EmbeddedCluster cluster)
    {
        lock (_gate)
        {
            var key = (cluster.ClusterId, cluster.ServiceId);
            if (_clusters.TryGetValue(key, out var found) && ReferenceEquals(found.Cluster, cluster))
            {
                if (found.Users == 1)
                {
                    _clusters.Remove(key);
                    cluster.Reminders.Dispose();
                }
                else
                {
                    _clusters[key] = (cluster, found.Users - 1);
                }
            }
        }
    }
}
