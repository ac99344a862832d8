using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Pools;

/// <summary>A pool of accelerators: queue, scheduling rounds, leases. Key: pool name.</summary>
[Alias("oc.IPoolGrain")]
public interface IPoolGrain : IGrainWithStringKey
{
    /// <summary>A node joins, or joins again after a restart: leases of its earlier run are void and their jobs are told.</summary>
    /// <exception cref="FabricRefusedException">What it says of itself makes no sense; the message names all that does not.</exception>
    Task Join(Nodes.NodeSnapshot node);

    /// <summary>A node is gone: its leases are void and their jobs are told.</summary>
    Task Leave(string node, string reason);

    /// <summary>
    /// Puts a job into the queue; it hears of its leases through <see cref="Jobs.IJobGrain.Assign"/>. Idempotent; of a job that is there
    /// already, budget and priority are taken over.
    /// </summary>
    /// <exception cref="FabricRefusedException">The pool can never satisfy the request; the message says what is missing.</exception>
    Task Submit(JobRequest request);

    /// <summary>Takes a job out of the queue and releases its leases. Idempotent.</summary>
    Task Withdraw(string tenant, string job);

    /// <summary>A job gives leases back, because it was asked to or because its run is over; it stays in the pool and waits, if it holds
    /// nothing else. Idempotent.</summary>
    Task Return(string tenant, string job, ImmutableArray<long> leaseIds);

    /// <summary>A running job is there. One that is not heard of for longer than a lease lasts has lost its leases.</summary>
    /// <returns>The batch for what it holds, where the pool may choose it: by the same models that the policy decides by.</returns>
    [AlwaysInterleave]
    Task<JobAdvice> Renew(string tenant, string job, JobReport report);

    /// <summary>Empties a node: it gets no new work, and what runs there moves; or lets it take work again. Idempotent.</summary>
    /// <exception cref="FabricNotFoundException">The pool has no such node.</exception>
    Task SetDraining(string node, bool isDraining);

    /// <summary>
    /// Tells that a node will be taken away, or that it will not: its jobs move before, and new ones that take long avoid it. Ends when
    /// the node is started anew, or removed. Idempotent.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="within">Time from now, 0 to 30 days; null where it stays.</param>
    /// <exception cref="FabricNotFoundException">The pool has no such node.</exception>
    /// <exception cref="FabricRefusedException">The time is out of its range.</exception>
    Task SetReclaim(string node, TimeSpan? within);

    /// <summary>Forgets a node that is drained, or lost. This run of it is not taken again; when it is started anew, it joins anew.</summary>
    /// <param name="node">The node.</param>
    /// <param name="force">Also where it takes work or holds leases, which are then void: their jobs go on without them.</param>
    /// <exception cref="FabricNotFoundException">The pool has no such node.</exception>
    /// <exception cref="FabricRefusedException">It takes work or holds leases, and nobody forces it.</exception>
    Task Remove(string node, bool force);

    /// <summary>A node is there. One that is not heard of for longer than a lease lasts is lost.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="incarnation">This run of it.</param>
    /// <param name="held">
    /// The leases that it holds. One that it took and then does not name for longer than a lease lasts is ended; one that it should not
    /// hold is missing in the answer.
    /// </param>
    /// <returns>The leases that are in force on it.</returns>
    [AlwaysInterleave]
    Task<NodeHeartbeat> Heartbeat(string node, long incarnation, ImmutableArray<long> held);

    /// <summary>A node says what it holds decoded in memory. Ignored where the pool does not know this run of it, or it makes no sense.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="incarnation">This run of it.</param>
    /// <param name="datasets">As in <see cref="Nodes.NodeSnapshot.Datasets"/>; default for none.</param>
    [AlwaysInterleave]
    Task TellDatasets(string node, long incarnation, ImmutableArray<string> datasets);

    /// <summary>Why a job waits or holds what it holds: the policy is asked anew, also what would let the job start, and when it will.</summary>
    /// <param name="tenant">Tenant of the job.</param>
    /// <param name="job">The job.</param>
    /// <param name="showOthers">Whether the asker may know what is of other tenants by name: operators may.</param>
    /// <exception cref="FabricNotFoundException">The pool has no such job that is not finished.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<JobExplanation> Explain(string tenant, string job, bool showOthers);

    /// <summary>What the policy would decide if things were different. Changes nothing.</summary>
    /// <exception cref="FabricRefusedException">The question names what is not there, or a number is out of its range.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<WhatIfReport> WhatIf(WhatIfQuestion question);

    /// <summary>
    /// Accelerators by kind, of all nodes that joined and were not removed: those that are lost may come back. Empty while it knows no node.
    /// </summary>
    [AlwaysInterleave]
    Task<ImmutableDictionary<string, int>> GetCapacity();

    /// <summary>The same without nodes that are lost: what promises can be kept with now.</summary>
    [AlwaysInterleave]
    Task<ImmutableDictionary<string, int>> GetPresentCapacity();

    /// <summary>The pool now, with fresh load of each node; answered between the turns of a scheduling round.</summary>
    [AlwaysInterleave]
    Task<PoolSnapshot> GetStatus();
}
