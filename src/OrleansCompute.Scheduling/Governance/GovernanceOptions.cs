using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Governance;

/// <summary>
/// Rules that hold under every policy. The defaults for disruption limit nothing, as the policies weigh the cost of a restart
/// themselves; an operator who has promised more sets them.
/// </summary>
public sealed record GovernanceOptions
{
    /// <summary>Seconds that a job keeps what it got before it may be taken or changed, 0 or more. The longer of this and the job's own. Default 0.</summary>
    public double MinRunSeconds { get; init; }

    /// <summary>
    /// For how many of its own restarts a job that has just got what it holds is not stopped for others of no higher priority, 0 to 1000; for
    /// another tenant's share it may be. Default 0: the policies weigh the cost of a restart themselves, which in the mean is best; a person
    /// who watches a job stop and start three times in six seconds does not see the mean.
    /// </summary>
    public double SettleRestarts { get; init; }

    /// <summary>
    /// Most times in an hour that a job is restarted, 1 to 3600; infinite (the default) for no limit. Kept by spacing: after each start
    /// a job keeps what it holds for an hour divided by this.
    /// </summary>
    public double MaxRestartsPerHour { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Largest share of the accelerators that run jobs which one round may take or change, above 0, up to 1. One job may always be
    /// disturbed, however large. Default 1: no limit. Jobs that lost a node do not count.
    /// </summary>
    public double MaxDisruptedFraction { get; init; } = 1;

    /// <summary>
    /// Seconds that a job is left to run before a tenant who is only behind in fair share displaces it, 0 or more; a guarantee does not
    /// wait. Default 600: with a restart of 30 s, taking turns costs a twentieth.
    /// </summary>
    public double FairShareQuantumSeconds { get; init; } = 600;

    /// <summary>
    /// With elastic jobs: by what part of its share a tenant may exceed it, or by one accelerator, before its jobs give any back, 0 to 1.
    /// Default 0.125; 0 for never. Shares move with every job that comes or goes, and each accelerator that is given back restarts a job.
    /// </summary>
    public double ShareTolerance { get; init; } = 0.125;

    /// <summary>
    /// Seconds after which a waiting job of a tenant that holds nothing displaces others before their quantum is over, and after which
    /// nothing more is packed onto accelerators that a waiting gang needs whole; above 0. Default 1800, three quanta.
    /// </summary>
    public double StarvationSeconds { get; init; } = 1800;

    /// <summary>
    /// How much past use lowers a tenant's weight: by 2^(-this · use / entitlement), the rule of Slurm's fair-share priority, the exponent
    /// at most 4, so that nobody is shut out. 0 (past use counts for nothing but ties) to 4. Default 1.
    /// </summary>
    public double HistoryWeight { get; init; } = 1;

    /// <summary>Seconds before an announced reclaim from which a node counts as draining, 0 or more. Default 600.</summary>
    public double ReclaimNoticeSeconds { get; init; } = 600;

    /// <summary>Most jobs on parts of accelerators that one round moves to empty an accelerator for a gang, 0 to 1000. Default 8.</summary>
    public int MaxDefragmentationMoves { get; init; } = 8;

    /// <summary>How parts are packed: one of <see cref="Packing.PackingPolicies.Names"/>. Default: ours.</summary>
    public string Packing { get; init; } = "default";

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; all that are, are named.</exception>
    public void Validate()
    {
        var problems = new ProblemList();
        problems.Check(MinRunSeconds is >= 0 and < double.PositiveInfinity, nameof(MinRunSeconds), MinRunSeconds, "0 or more");
        problems.Check(SettleRestarts is >= 0 and <= 1000, nameof(SettleRestarts), SettleRestarts, "0 to 1000");
        problems.Check(
            MaxRestartsPerHour is (>= 1 and <= 3600) or double.PositiveInfinity, nameof(MaxRestartsPerHour), MaxRestartsPerHour, "1 to 3600, or infinite");
        problems.Check(MaxDisruptedFraction is > 0 and <= 1, nameof(MaxDisruptedFraction), MaxDisruptedFraction, "above 0, up to 1");
        problems.Check(
            FairShareQuantumSeconds is >= 0 and < double.PositiveInfinity, nameof(FairShareQuantumSeconds), FairShareQuantumSeconds, "0 or more");
        problems.Check(ShareTolerance is >= 0 and <= 1, nameof(ShareTolerance), ShareTolerance, "0 to 1");
        problems.Check(StarvationSeconds > 0, nameof(StarvationSeconds), StarvationSeconds, "above 0");
        problems.Check(HistoryWeight is >= 0 and <= 4, nameof(HistoryWeight), HistoryWeight, "0 to 4");
        problems.Check(ReclaimNoticeSeconds is >= 0 and < double.PositiveInfinity, nameof(ReclaimNoticeSeconds), ReclaimNoticeSeconds, "0 or more");
        problems.Check(MaxDefragmentationMoves is >= 0 and <= 1000, nameof(MaxDefragmentationMoves), MaxDefragmentationMoves, "0 to 1000");
        problems.Check(
            OrleansCompute.Scheduling.Packing.PackingPolicies.Names.Contains(Packing), nameof(Packing), Packing,
            string.Join(", ", OrleansCompute.Scheduling.Packing.PackingPolicies.Names));
        if (problems.Text is { } text)
        {
            throw new ArgumentException(text);
        }
    }
}
