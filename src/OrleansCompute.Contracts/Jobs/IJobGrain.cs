using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>A job: its state machine, attempts, metrics, checkpoints and events. Key: tenant/job.</summary>
[Alias("oc.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Accepts the spec and queues the job.</summary>
    /// <exception cref="FabricRefusedException">The spec is unsound or impossible, or the name is taken.</exception>
    Task<JobStatus> Submit(JobSpec spec);

    /// <summary>Ends the job; no effect on one that has ended.</summary>
    Task<JobStatus> Cancel(string reason);

    /// <summary>Changes a job that is not finished; it goes on, and one that had used up its money starts again when it has more.</summary>
    /// <exception cref="FabricRefusedException">A value is out of its range, or the job has ended.</exception>
    Task<JobStatus> Set(JobSettings settings);

    /// <summary>The job now; answered between the turns of longer calls.</summary>
    /// <exception cref="FabricNotFoundException">There is no such job.</exception>
    [AlwaysInterleave]
    Task<JobStatus> GetStatus();

    /// <summary>From the pool: these leases are the job's; it starts, or grows by those that it does not know yet.</summary>
    Task Assign(ImmutableArray<Pools.Lease> leases);

    /// <summary>
    /// From the pool: give these leases back. The job goes on with the rest from its next step, or stops there with a checkpoint and waits;
    /// then it returns them with <see cref="Pools.IPoolGrain.Return"/>.
    /// </summary>
    Task Yield(ImmutableArray<long> leaseIds, string reason);

    /// <summary>From the pool: these leases are void; the job goes on with the rest or queues again.</summary>
    Task Revoke(ImmutableArray<long> leaseIds, string reason);
}
