using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A pool of accelerators: queue, scheduling rounds, leases. Key: pool name.</summary>
[Alias("oc.IPoolGrain")]
public interface IPoolGrain : IGrainWithStringKey
{
    /// <summary>A node joins, or joins again after a restart: leases of its earlier run are void and their jobs are told.</summary>
    Task Join(Nodes.NodeSnapshot node);

    /// <summary>A node is gone: its leases are void and their jobs are told.</summary>
    Task Leave(string node, string reason);

    /// <summary>Puts a job into the queue; it hears of its leases through <see cref="Jobs.IJobGrain.Assign"/>. Idempotent.</summary>
    /// <exception cref="FabricRefusedException">The pool can never satisfy the request; the message says what is missing.</exception>
    Task Submit(JobRequest request);

    /// <summary>Takes a job out of the queue and releases its leases. Idempotent.</summary>
    Task Withdraw(string tenant, string job);

    /// <summary>A node is there. One that is not heard of for longer than a lease lasts is lost.</summary>
    /// <returns>The leases that are in force on it.</returns>
    [AlwaysInterleave]
    Task<NodeHeartbeat> Heartbeat(string node, long incarnation);

    /// <summary>The pool now, with fresh load of each node; answered between the turns of a scheduling round.</summary>
    [AlwaysInterleave]
    Task<PoolSnapshot> GetStatus();
}
