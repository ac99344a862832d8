using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Reservations;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Scheduling.Objectives;

/// <summary>
/// Says with each decision the batch for what the job gets in the end: what is around a policy moves, cuts, mixes and pins, and the batch goes with
/// the allocation. As pure as the policy within.
/// </summary>
/// <param name="inner">Decides who holds what.</param>
public sealed class BatchPolicy(ISchedulingPolicy inner) : ISchedulingPolicy, IPolicyDecorator
{
    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    ISchedulingPolicy IPolicyDecorator.Inner => _inner;

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds) =>
        JobBatch.Settle(cluster, jobs, _inner.Decide(cluster, jobs, nowSeconds));
}
