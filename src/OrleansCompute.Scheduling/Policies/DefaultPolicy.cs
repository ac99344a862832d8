using OrleansCompute.Scheduling.Mixing;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Policies;

/// <summary>
/// Our policy, for whatever jobs there are: <see cref="GoodputPolicy"/> where a job can be given different numbers of accelerators,
/// <see cref="MixedTypePolicy"/> where all are gangs of fixed size.
/// </summary>
/// <param name="goodput">Parameters for elastic jobs; null for the defaults.</param>
/// <param name="mixed">Parameters for gangs; null for the defaults.</param>
public sealed class DefaultPolicy(GoodputPolicyOptions? goodput = null, MixedTypeOptions? mixed = null) : ISchedulingPolicy
{
    private readonly GoodputPolicy _elastic = new(goodput);
    private readonly MixedTypePolicy _gangs = new(mixed);

    /// <inheritdoc/>
    public string Name => "default";

    /// <inheritdoc/>
    public bool IsElastic => true;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var hasElastic = jobs.Any(job => job.MaxAccelerators != job.RequestedAccelerators || job.MinAccelerators != job.RequestedAccelerators);
        return hasElastic ? _elastic.Decide(cluster, jobs, nowSeconds) : JobBatch.Settle(cluster, jobs, _gangs.Decide(cluster, jobs, nowSeconds));
    }
}
