using OrleansCompute.Scheduling.Objectives;
using OrleansCompute.Scheduling.Policies;

namespace OrleansCompute.Grains.Pools;

/// <summary>How pools decide.</summary>
public sealed class PoolOptions
{
    /// <summary>Names that <see cref="Policy"/> may have.</summary>
    public static IReadOnlyList<string> Policies => SchedulingPolicies.Names;

    /// <summary>Name of the scheduling policy. Default <c>default</c>: elastic over mixed kinds, without knowledge of lengths.</summary>
    public string Policy { get; set; } = "default";

    /// <summary>
    /// Time between rounds in which nothing else happened, 100 ms to 1 hour: elastic decisions follow what was learned of speeds. Default
    /// 10 s: a change costs a job about a second.
    /// </summary>
    public TimeSpan RoundPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Unfinished jobs from which on a job that comes, ends or gives back is decided about at once with a few others, and all of them every
    /// <see cref="RoundPeriod"/>, 0 to 1,000,000. Below, and when nodes come or go, each decision is about all. Default 256: a round of so
    /// many takes about as long.
    /// </summary>
    public int IncrementalJobs { get; set; } = 256;

    /// <summary>
    /// A job, or a node, that is not heard of for so long has lost its leases; more than 10 s, to 1 hour. Default 60 s: both tell that
    /// they are there every 5 s.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Leases that a job was asked to give back and still holds after so long are taken, 1 s to 1 hour. Default 2 minutes: as long as a
    /// step may take.
    /// </summary>
    public TimeSpan YieldTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// For how long a job keeps what it got although another tenant has less than its share, 0 to 1 day. Default 30 s: many times what a
    /// change costs.
    /// </summary>
    public TimeSpan FairShareQuantum { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether what jobs tell of their steps counts; false goes by the measured scores of the kinds alone. Default true.
    /// </summary>
    public bool LearnSpeeds { get; set; } = true;

    /// <summary>Seconds that a start or a change of accelerators costs a job, as the policy counts it, 0 to 3600. Default 2.</summary>
    public double RestartSeconds { get; set; } = 2;

    /// <summary>
    /// For how many times <see cref="RestartSeconds"/> a job that has just got its accelerators is not stopped for others of no higher priority,
    /// 0 to 1000. Default 10: restarts then cost at most a tenth of the time, however many small jobs come.
    /// </summary>
    public double SettleRestarts { get; set; } = 10;

    /// <summary>
    /// How price and energy of nodes weigh against speed. Default null: not at all.
    /// </summary>
    public CostOptions? Cost { get; set; }

    /// <summary>
    /// How nodes are used that may be taken back, and how long before an announced reclaim they are emptied. Default as the library's: 120 s,
    /// and twice <see cref="RestartSeconds"/>.
    /// </summary>
    public SpotOptions Spot { get; set; } = new();

    /// <summary>When jobs are moved so that a gang is together; null for never. Default as the library's: up to 8 a round, where it pays twice.</summary>
    public DefragmentationOptions? Defragmentation { get; set; } = new();
}
