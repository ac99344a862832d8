using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Gavel;

/// <summary>
/// A job that does the measured number of steps a second on its scale of accelerators of a type, until it has done them all. Moving it
/// costs nothing, as in the authors' simulator.
/// </summary>
public sealed class GavelJob : SimulatedJob
{
    private readonly GavelRow _row;
    private readonly MeasuredSpeed _speed;
    private readonly double _restartSeconds;
    private double _rate;
    private double _done;
    private double _checkpoint;

    /// <summary>A job.</summary>
    /// <param name="row">Its line.</param>
    /// <param name="throughputs">What was measured.</param>
    /// <param name="restartSeconds">Seconds that a start or a move costs.</param>
    public GavelJob(GavelRow row, GavelThroughputs throughputs, double restartSeconds = 0)
        : base((row ?? throw new ArgumentNullException(nameof(row))).Name, row.SubmitSeconds)
    {
        ArgumentNullException.ThrowIfNull(throughputs);
        _row = row;
        _speed = new MeasuredSpeed(row, throughputs);
        _restartSeconds = restartSeconds;
    }

    /// <inheritdoc/>
    public override double RestartSeconds => _restartSeconds;

    /// <inheritdoc/>
    public override int RequestedAccelerators => _row.Scale;

    /// <inheritdoc/>
    public override JobSnapshot Describe() => new()
    {
        Id = Id,
        SubmitSeconds = SubmitSeconds,
        RequestedAccelerators = _row.Scale,
        MinAccelerators = _row.Scale,
        MaxAccelerators = _row.Scale,
        Weight = _row.Weight,
        Goodput = _speed,
        WorkDone = _done,
        Colocation = _speed,
    };

    /// <inheritdoc/>
    public override void Apply(ClusterSnapshot cluster, Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(allocation);
        _rate = allocation.IsEmpty
            ? 0
            : allocation.Shares.Min(share => _speed.Goodput(cluster.Types[cluster.TypeOf(share.Node)], allocation.Nodes, allocation.Accelerators));
    }

    /// <inheritdoc/>
    public override double Run(double seconds, double speedFraction)
    {
        var needed = SecondsLeft(speedFraction);
        if (needed <= seconds)
        {
            _done = _row.Steps;
            return needed;
        }

        _done += _rate * speedFraction * seconds;
        return double.NaN;
    }

    /// <inheritdoc/>
    public override double SecondsLeft(double speedFraction)
    {
        var rate = _rate * speedFraction;
        return rate > 0 ? (_row.Steps - _done) / rate : double.PositiveInfinity;
    }

    /// <inheritdoc/>
    public override double SpeedBeside(ClusterSnapshot cluster, SimulatedJob other)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(other);
        return cluster.TypeOf(Allocation) is >= 0 and var type ? _speed.SpeedBeside(other.Describe(), cluster.Types[type], _row.Scale) : 0;
    }

    /// <inheritdoc/>
    public override void Checkpoint() => _checkpoint = _done;

    /// <inheritdoc/>
    public override void Rollback() => _done = _checkpoint;

    /// <inheritdoc/>
    public override double AloneSeconds(ClusterSnapshot cluster, int accelerators)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var rate = cluster.Types.Select(type => _speed.Goodput(type, 1, _row.Scale)).FirstOrDefault(rate => rate > 0);
        return RestartSeconds + (_row.Steps / rate * Math.Max(1, _row.Scale / (double)Math.Max(1, accelerators)));
    }

    /// <inheritdoc/>
    public override double RemainingSeconds(ClusterSnapshot cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var rate = cluster.Types.Select(type => _speed.Goodput(type, 1, _row.Scale)).FirstOrDefault(rate => rate > 0);
        return (_row.Steps - _done) / rate;
    }

    /// <summary>Steps a second, on just the job's scale; where the accelerators are makes no difference.</summary>
    private sealed class MeasuredSpeed(GavelRow row, GavelThroughputs throughputs) : IGoodputModel, IColocationModel
    {
        private readonly string _jobType = row.JobType;

        public double Goodput(string acceleratorType, int nodes, int accelerators) =>
            accelerators == row.Scale ? throughputs.StepsPerSecond(acceleratorType, row.JobType, row.Scale) : 0;

        public int MaxTrustedAccelerators(string acceleratorType) => row.Scale;

        public double SpeedBeside(JobSnapshot other, string acceleratorType, int accelerators) =>
            other.Colocation is MeasuredSpeed speed && Goodput(acceleratorType, 1, accelerators) is > 0 and var alone
                ? throughputs.StepsPerSecondBeside(acceleratorType, row.JobType, accelerators, speed._jobType) / alone
                : 0;
    }
}
