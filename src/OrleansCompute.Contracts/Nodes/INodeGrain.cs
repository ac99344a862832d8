using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>A node: its accelerators, their leases and their measured speed. Key: node name. Runs on the silo of that name.</summary>
[Alias("oc.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Measures every accelerator with a short real benchmark, off the grain's turn; the node then joins a pool with the scores.</summary>
    Task<NodeSnapshot> Measure();

    /// <summary>What the node is and does now; answered between the turns of longer calls.</summary>
    [AlwaysInterleave]
    Task<NodeSnapshot> GetStatus();

    /// <summary>
    /// Hands an accelerator, or a part of it, to a job; its use is metered from now on. Ends when it is released, or when the pool has not
    /// confirmed it for longer than a lease lasts.
    /// </summary>
    /// <exception cref="FabricRefusedException">
    /// No such accelerator, others hold too much of it, or it was given a lease with a higher number before.
    /// </exception>
    Task Grant(Pools.Lease lease);

    /// <summary>Ends a lease and writes its last use to the ledger. A lease that is not held is ignored.</summary>
    Task Release(long leaseId);
}
