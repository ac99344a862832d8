using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Philly;

/// <summary>A job that runs for its duration on just the accelerators it asks for, of whatever type.</summary>
/// <param name="row">Its line.</param>
/// <param name="restartSeconds">Seconds that a start or a move costs.</param>
public sealed class PhillyJob(PhillyRow row, double restartSeconds = PhillyJob.DefaultRestartSeconds) : SimulatedJob(row.Name, row.SubmitSeconds)
{
    /// <summary>What a start or a move costs where nothing else is said, seconds: Pollux' restart.</summary>
    public const double DefaultRestartSeconds = 30;

    private readonly JobSnapshot _about = new()
    {
        Id = row.Name,
        Tenant = row.Tenant,
        SubmitSeconds = row.SubmitSeconds,
        RequestedAccelerators = row.Accelerators,
        MinAccelerators = row.Accelerators,
        MaxAccelerators = row.Accelerators,
        Types = ImmutableArray<string>.Empty,
    };

    private double _done;
    private double _checkpoint;

    /// <inheritdoc/>
    public override double RestartSeconds => restartSeconds;

    /// <inheritdoc/>
    public override int RequestedAccelerators => row.Accelerators;

    /// <inheritdoc/>
    public override JobSnapshot Describe() => _about;

    /// <inheritdoc/>
    public override void Apply(ClusterSnapshot cluster, Allocation allocation)
    {
    }

    /// <inheritdoc/>
    public override double Run(double seconds, double speedFraction)
    {
        var needed = SecondsLeft(speedFraction);
        if (needed <= seconds)
        {
            _done = row.DurationSeconds;
            return needed;
        }

        _done += seconds * speedFraction;
        return double.NaN;
    }

    /// <inheritdoc/>
    public override double SecondsLeft(double speedFraction) => (row.DurationSeconds - _done) / speedFraction;

    /// <inheritdoc/>
    public override void Checkpoint() => _checkpoint = _done;

    /// <inheritdoc/>
    public override void Rollback() => _done = _checkpoint;

    /// <inheritdoc/>
    public override double AloneSeconds(ClusterSnapshot cluster, int accelerators) =>
        restartSeconds + (row.DurationSeconds * Math.Max(1, row.Accelerators / (double)Math.Max(1, accelerators)));

    /// <inheritdoc/>
    public override double RemainingSeconds(ClusterSnapshot cluster) => row.DurationSeconds - _done;
}
