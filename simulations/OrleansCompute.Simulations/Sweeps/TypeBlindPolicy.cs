using OrleansCompute.Scheduling.Governance;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Simulations.Sweeps;

/// <summary>
/// A baseline: a policy that takes all types for the first one, as those do that were made for clusters of one type. It divides
/// accelerators as well as it can, and does not see which job gains most from which. Stateless.
/// </summary>
/// <param name="inner">Decides.</param>
public sealed class TypeBlindPolicy(ISchedulingPolicy inner) : ISchedulingPolicy
{
    /// <summary>What the command line calls our policy made blind so.</summary>
    public const string BaselineName = "onetype";

    private readonly ISchedulingPolicy _inner = inner ?? throw new ArgumentNullException(nameof(inner));

    /// <inheritdoc/>
    public string Name => BaselineName;

    /// <inheritdoc/>
    public bool IsElastic => _inner.IsElastic;

    /// <summary>The policy of a name: <see cref="BaselineName"/>, or one of <see cref="SchedulingPolicies"/>.</summary>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static ISchedulingPolicy Create(string name) =>
        name == BaselineName ? new GovernedPolicy(new TypeBlindPolicy(new DefaultPolicy())) : SchedulingPolicies.Create(name);

    /// <inheritdoc/>
    public IReadOnlyList<JobDecision> Decide(ClusterSnapshot cluster, IReadOnlyList<JobSnapshot> jobs, double nowSeconds)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(jobs);
        var shown = new JobSnapshot[jobs.Count];
        for (var job = 0; job < shown.Length; job++)
        {
            var first = cluster.Types.FirstOrDefault(jobs[job].Accepts);
            shown[job] = jobs[job].Goodput is { } speed && first is not null ? jobs[job] with { Goodput = new OfOneType(speed, first) } : jobs[job];
        }

        return _inner.Decide(cluster, shown, nowSeconds);
    }

    private sealed class OfOneType(IGoodputModel speed, string type) : IGoodputModel
    {
        public double Goodput(string acceleratorType, int nodes, int accelerators) => speed.Goodput(type, nodes, accelerators);

        public int? Batch(IReadOnlyList<BatchWorker> workers, int nodes) => speed.Batch(workers, nodes);

        public int MaxTrustedAccelerators(string acceleratorType) => speed.MaxTrustedAccelerators(type);
    }
}
