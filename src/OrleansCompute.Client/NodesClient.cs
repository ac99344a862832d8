using OrleansCompute.Client.Http;
using OrleansCompute.Contracts.Nodes;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Client;

/// <summary>Nodes and their accelerators, for operators. Thread-safe.</summary>
public sealed class NodesClient
{
    private readonly FabricHttp api;

    internal NodesClient(FabricHttp api) => this.api = api;

    /// <summary>Nodes of a pool, by name, with fresh load.</summary>
    public Task<IReadOnlyList<NodeSnapshot>> ListAsync(string pool = "default", CancellationToken cancellationToken = default) =>
        api.GetAsync<IReadOnlyList<NodeSnapshot>>($"nodes?pool={Uri.EscapeDataString(pool)}", cancellationToken);

    /// <summary>Empties a node: it gets no new work, and what runs there moves.</summary>
    public Task<NodeSnapshot> DrainAsync(string node, string pool = "default", CancellationToken cancellationToken = default) =>
        api.PostAsync<NodeSnapshot>(FabricHttp.Path("pools", pool, "nodes", node, "drain"), null, cancellationToken);

    /// <summary>Lets a drained node take work again.</summary>
    public Task<NodeSnapshot> UndrainAsync(string node, string pool = "default", CancellationToken cancellationToken = default) =>
        api.PostAsync<NodeSnapshot>(FabricHttp.Path("pools", pool, "nodes", node, "undrain"), null, cancellationToken);

    /// <summary>Tells that a node will be taken away: its jobs move before, and work that takes long avoids it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="within">Time from now, 0 to 30 days.</param>
    /// <param name="pool">Its pool.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<NodeSnapshot> ReclaimAsync(string node, TimeSpan within, string pool = "default", CancellationToken cancellationToken = default) =>
        api.PostAsync<NodeSnapshot>(
            FabricHttp.Path("pools", pool, "nodes", node, "reclaim"), new ReclaimNotice { WithinSeconds = within.TotalSeconds }, cancellationToken);

    /// <summary>Tells that it stays.</summary>
    public Task<NodeSnapshot> CancelReclaimAsync(string node, string pool = "default", CancellationToken cancellationToken = default) =>
        api.SendAsync<NodeSnapshot>(HttpMethod.Delete, FabricHttp.Path("pools", pool, "nodes", node, "reclaim"), null, cancellationToken);

    /// <summary>Forgets a node that is drained or lost; with force also one that takes work or holds leases, which are then void.</summary>
    /// <returns>The pool without it.</returns>
    public Task<PoolSnapshot> RemoveAsync(string node, bool force = false, string pool = "default", CancellationToken cancellationToken = default) =>
        api.SendAsync<PoolSnapshot>(
            HttpMethod.Delete, $"{FabricHttp.Path("pools", pool, "nodes", node)}?force={(force ? "true" : "false")}", null, cancellationToken);
}
