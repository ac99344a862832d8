using OrleansCompute.Contracts;
using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Grains.Pools;

/// <content>Nodes that go for good.</content>
internal sealed partial class PoolGrain
{
    public async Task Remove(string node, bool force)
    {
        var known = RequireNode(node);
        var held = Book.OfNode(node).ToList();
        if (!force && known.State != NodeState.Lost && !State.Draining.Contains(node))
        {
            throw new FabricRefusedException($"Node {node} of pool {Name} takes work; drain it first (`oc node drain {node}`), or use --force.");
        }

        if (!force && held.Count > 0)
        {
            throw new FabricRefusedException(
                $"Node {node} of pool {Name} holds {held.Count} leases ({string.Join(", ", held.Take(5).Select(lease => $"{lease.Tenant}/{lease.Job}"))}); "
                + "they move at their jobs' next step. Wait for that, or use --force.");
        }

        State.Nodes.Remove(node);
        var wasDraining = State.Draining.Remove(node);
        var reclaim = State.Reclaims.Remove(node, out var at) ? at : (DateTimeOffset?)null;
        _heard.Remove(node);

        // This run of it is not taken again by its heartbeats; the next one, somebody has started on purpose.
        RemovedRuns.Add(State.Removed, node, known.Incarnation);

        await VoidLeasesAsync(node, $"node {node} was removed");
        try
        {
            await _journal.FlushAsync();
        }
        catch
        {
            // The caller is told that it is there, and may call again. Its jobs wait already: its next heartbeat frees what they held.
            if (IsRemoved(node, known.Incarnation) && State.Nodes.TryAdd(node, known))
            {
                State.Removed.Remove(node);
                _ = wasDraining && State.Draining.Add(node);
                SetReclaimAt(node, reclaim);
                Hear(node);
            }

            throw;
        }

        foreach (var lease in held.Where(_ => known.State != NodeState.Lost))
        {
            await ReleaseAsync(lease);
        }

        LogRemoved(node, Name, held.Count);
        KickRound();
    }

    private bool IsRemoved(string node, long incarnation) => State.Removed.TryGetValue(node, out var removed) && removed == incarnation;

    /// <exception cref="FabricNotFoundException">The pool has no such node.</exception>
    private NodeSnapshot RequireNode(string node) => State.Nodes.TryGetValue(node, out var known) ? known
        : throw new FabricNotFoundException(
            $"Pool {Name} has no node '{node}'; it has: {string.Join(", ", State.Nodes.Keys.Order(StringComparer.Ordinal))}.");
}
