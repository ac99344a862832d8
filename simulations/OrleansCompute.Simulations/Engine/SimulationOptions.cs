namespace OrleansCompute.Simulations.Engine;

/// <summary>How a cluster is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>Ten years: what the virtual clock runs for, and the latest submission that readers take.</summary>
    public const double LongestSeconds = 10 * 365 * 86_400.0;

    /// <summary>Seconds between decisions, 1 to 86,400. Default 60, as Pollux.</summary>
    public double RoundSeconds { get; init; } = 60;

    /// <summary>
    /// Whether jobs start between rounds too, as they do in a live pool: on what is free when they come, or when another is done. What runs
    /// is moved, and loses its accelerators, at rounds only. Default false, as in the simulators of the published results.
    /// </summary>
    public bool StartsBetweenRounds { get; init; }

    /// <summary>Seed of all chance, any number.</summary>
    public int Seed { get; init; }

    /// <summary>Part of its speed that a job on several nodes loses where another such job is on one of them, 0 to 0.99. Default 0.</summary>
    public double InterferenceFraction { get; init; }

    /// <summary>Mean seconds between failures of one node, above 0; infinite (the default) for none.</summary>
    public double NodeMtbfSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds until a failed node is back, 0 or more. Default 600.</summary>
    public double NodeRepairSeconds { get; init; } = 600;

    /// <summary>Seconds of running between checkpoints, above 0. A planned change checkpoints as well. Default 600.</summary>
    public double CheckpointSeconds { get; init; } = 600;

    /// <summary>Seconds for which a job stops to write a checkpoint, 0 or more. Default 0. Restarts have a cost of their own.</summary>
    public double CheckpointCostSeconds { get; init; }

    /// <summary>
    /// Bandwidth of a node's link, as a multiple of that under which step times were measured, above 0; jobs that span nodes share it.
    /// Infinite (the default): links are as measured, whoever else uses them.
    /// </summary>
    public double LinkBandwidthRatio { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// By how much the links of a rack's nodes together exceed the rack's own link to the others, above 0. Default 1: it is as wide as they
    /// are. Counts where <see cref="LinkBandwidthRatio"/> is finite and nodes have racks.
    /// </summary>
    public double RackOversubscription { get; init; } = 1;

    /// <summary>
    /// Part of each type's nodes, the last ones, that are lent and may be taken back, 0 to 1. Default 0; it counts where
    /// <see cref="SpotMeanSeconds"/> is finite.
    /// </summary>
    public double SpotFraction { get; init; }

    /// <summary>Mean seconds until it is announced that such a node is taken back, above 0; infinite (the default) for never.</summary>
    public double SpotMeanSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds between the notice and the reclaim, 0 or more. Default 300: five rounds of 60 s.</summary>
    public double SpotNoticeSeconds { get; init; } = 300;

    /// <summary>Seconds until there is another node in its place, 0 or more. Default 1800.</summary>
    public double SpotAwaySeconds { get; init; } = 1_800;

    /// <summary>
    /// Whether a job's deadline is refused at submission where the pool cannot promise it, as a live pool does; such a job runs without
    /// one. Default false: all deadlines stand.
    /// </summary>
    public bool AdmitsDeadlines { get; init; }

    /// <summary>Whether policies are told how long each job takes yet: the clairvoyant track. Default false.</summary>
    public bool IsClairvoyant { get; init; }

    /// <summary>Latest virtual time, seconds: a policy that never finishes the jobs is stopped there. Default 10 years.</summary>
    public double MaxSeconds { get; init; } = LongestSeconds;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        Check(RoundSeconds is >= 1 and <= 86_400, nameof(RoundSeconds), RoundSeconds, "1 to 86400");
        Check(InterferenceFraction is >= 0 and <= 0.99, nameof(InterferenceFraction), InterferenceFraction, "0 to 0.99");
        Check(NodeMtbfSeconds > 0, nameof(NodeMtbfSeconds), NodeMtbfSeconds, "above 0");
        Check(NodeRepairSeconds is >= 0 and < double.PositiveInfinity, nameof(NodeRepairSeconds), NodeRepairSeconds, "0 or more");
        Check(CheckpointSeconds > 0, nameof(CheckpointSeconds), CheckpointSeconds, "above 0");
        Check(CheckpointCostSeconds is >= 0 and <= 1e6, nameof(CheckpointCostSeconds), CheckpointCostSeconds, "0 to 1000000");
        Check(LinkBandwidthRatio > 0, nameof(LinkBandwidthRatio), LinkBandwidthRatio, "above 0");
        Check(RackOversubscription is > 0 and < double.PositiveInfinity, nameof(RackOversubscription), RackOversubscription, "above 0");
        Check(SpotFraction is >= 0 and <= 1, nameof(SpotFraction), SpotFraction, "0 to 1");
        Check(SpotMeanSeconds > 0, nameof(SpotMeanSeconds), SpotMeanSeconds, "above 0");
        Check(SpotNoticeSeconds is >= 0 and < double.PositiveInfinity, nameof(SpotNoticeSeconds), SpotNoticeSeconds, "0 or more");
        Check(SpotAwaySeconds is >= 0 and < double.PositiveInfinity, nameof(SpotAwaySeconds), SpotAwaySeconds, "0 or more");
        Check(MaxSeconds > 0, nameof(MaxSeconds), MaxSeconds, "above 0");
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        void Check(bool isRight, string name, double value, string allowed)
        {
            if (!isRight)
            {
                problems.Add($"{name} is {value}; allowed {allowed}.");
            }
        }
    }
}
