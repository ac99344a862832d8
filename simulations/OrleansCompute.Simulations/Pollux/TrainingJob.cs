using System.Collections.Immutable;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Speed;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Pollux;

/// <summary>
/// A training run of a measured application. Progress is counted in steps of the initial batch; a step of a larger batch is worth less
/// than its samples, by the noise of the gradients at that point of the training (Pollux, OSDI 2021, section 3). The arithmetic follows
/// the authors' simulator to the rounding of epochs to whole seconds, so that its published numbers can be met.
/// </summary>
public sealed class TrainingJob : SimulatedJob
{
    private readonly WorkloadJob _row;
    private readonly ApplicationProfile _profile;
    private readonly BatchLimits _limits;
    private readonly LearnedThroughput? _learning;
    private readonly IThroughputModel _throughput;
    private readonly AdaptiveGoodput _goodput;
    private readonly FirstNoise? _together;
    private readonly bool _isElastic;
    private readonly bool _adaptsBatch;
    private readonly ImmutableArray<string> _types;
    private TypeProfile? _current;
    private string _currentType = "";
    private BatchPlan _plan;
    private bool _hasNoise;
    private int _epoch;
    private double _progress;
    private (int Epoch, double Progress) _checkpoint;
    private double[]? _epochSeconds;
    private double _communication;

    internal TrainingJob(
        WorkloadJob row, ApplicationProfile profile, ImmutableArray<string> types, IThroughputModel throughput, bool isElastic, double? restartSeconds,
        FirstNoise? together = null)
        : base(row.Name, row.SubmitSeconds)
    {
        _row = row;
        _profile = profile;
        _types = types;
        _throughput = throughput;
        _learning = throughput as LearnedThroughput;
        _together = together;
        _isElastic = isElastic && row.Category != JobCategory.Rigid;
        _adaptsBatch = isElastic && row.Category == JobCategory.Adaptive;
        RestartSeconds = restartSeconds ?? profile.Facts.RestartSeconds;
        var all = types.Where(profile.Types.ContainsKey).Select(profile.Limits).ToList();
        var (minLocal, maxLocal) = (all.Min(limits => limits.MinLocalBatch), all.Max(limits => limits.MaxLocalBatch));
        var batch = Math.Clamp(row.Batch, profile.InitialBatch, profile.MaxBatch);
        _limits = _adaptsBatch
            ? new BatchLimits(profile.InitialBatch, profile.MaxBatch, minLocal, maxLocal)
            : new BatchLimits(batch, batch, Math.Min(minLocal, _isElastic ? batch : Math.Max(1, batch / row.Accelerators)), maxLocal);
        _goodput = new AdaptiveGoodput(_limits, throughput, default);
    }

    /// <inheritdoc/>
    public override double RestartSeconds { get; }

    /// <inheritdoc/>
    public override int RequestedAccelerators => _row.Accelerators;

    /// <inheritdoc/>
    public override double CommunicationFraction => _communication;

    /// <summary>Epochs done.</summary>
    public int Epoch => _epoch;

    /// <summary>How the batch is cut at present.</summary>
    public BatchPlan Plan => _plan;

    /// <inheritdoc/>
    public override JobSnapshot Describe()
    {
        if (!_hasNoise && _together?.Seen is { } noise)
        {
            _goodput.Noise = noise;
            _hasNoise = true;
        }

        return new JobSnapshot
        {
            Id = Id,
            Tenant = "",
            SubmitSeconds = SubmitSeconds,
            RequestedAccelerators = _row.Accelerators,
            MinAccelerators = _isElastic ? 1 : _row.Accelerators,
            MaxAccelerators = _isElastic ? _limits.MaxAccelerators : _row.Accelerators,
            Types = _types,
            Goodput = _learning is { IsEmpty: true } ? null : _goodput,
            Batches = _adaptsBatch ? _limits : null,
            WorkDone = _progress,
        };
    }

    /// <inheritdoc/>
    public override void Apply(ClusterSnapshot cluster, Allocation allocation)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(allocation);
        if (!allocation.IsEmpty)
        {
            var type = cluster.TypeOf(allocation);
            _currentType = type >= 0
                ? cluster.Types[type]
                : throw new ArgumentException($"allocation is {cluster.Describe(allocation)}; these jobs were measured on one type at a time.", nameof(allocation));
            _current = _profile.Types[_currentType];
            UpdatePlan(allocation);
        }
    }

    /// <inheritdoc/>
    public override double Run(double seconds, double speedFraction)
    {
        var used = 0.0;
        while (seconds > 0)
        {
            var (step, noise, goodput) = Progress(speedFraction);
            Learn(step, noise);
            _communication = step.SyncSeconds / step.TotalSeconds(_plan.AccumulationSteps);
            var next = _profile.ProgressAfter(_epoch + 1);
            if (_progress + (goodput * seconds) < next)
            {
                _progress += goodput * seconds;
                used += seconds;
                seconds = 0;
            }
            else
            {
                var delta = Math.Min(seconds, Math.Round((next - _progress) / goodput));
                _epoch++;
                _progress = next;
                used += delta;
                seconds -= delta;
                if (_epoch == _profile.Epochs)
                {
                    return used;
                }
            }

            UpdatePlan(Allocation);
        }

        return double.NaN;
    }

    /// <summary>Until the epoch ends: what the next one is like is known then.</summary>
    /// <inheritdoc/>
    public override double SecondsToLook(double speedFraction) =>
        (_profile.ProgressAfter(_epoch + 1) - _progress) / Progress(speedFraction).Goodput;

    /// <inheritdoc/>
    public override void Checkpoint() => _checkpoint = (_epoch, _progress);

    /// <inheritdoc/>
    public override void Rollback() => (_epoch, _progress) = _checkpoint;

    /// <inheritdoc/>
    public override double AloneSeconds(ClusterSnapshot cluster, int accelerators)
    {
        var seconds = RestartSeconds;
        foreach (var epoch in EpochSeconds(cluster, Math.Min(accelerators, _isElastic ? _limits.MaxAccelerators : _row.Accelerators)))
        {
            seconds += epoch;
        }

        return seconds;
    }

    /// <inheritdoc/>
    public override double RemainingSeconds(ClusterSnapshot cluster)
    {
        if (_epoch == _profile.Epochs)
        {
            return 0;
        }

        _epochSeconds ??= EpochSeconds(cluster, Math.Min(_row.Accelerators, _limits.MaxAccelerators));
        var done = (_progress - _profile.ProgressAfter(_epoch)) / (_profile.ProgressAfter(_epoch + 1) - _profile.ProgressAfter(_epoch));
        var seconds = -done * _epochSeconds[_epoch];
        for (var epoch = _epoch; epoch < _epochSeconds.Length; epoch++)
        {
            seconds += _epochSeconds[epoch];
        }

        return seconds;
    }

    private (StepTime Step, GradientNoise Noise, double Goodput) Progress(double speedFraction)
    {
        var batch = _plan.Batch(Allocation.Accelerators);
        var step = _current!.Step(Allocation, _plan.LocalBatch);
        var noise = _profile.Noise(batch, _epoch);
        return (step, noise, noise.Gain((double)batch / _profile.InitialBatch) / step.TotalSeconds(_plan.AccumulationSteps)
            * speedFraction / _profile.Facts.SlowdownFactor);
    }

    private double[] EpochSeconds(ClusterSnapshot cluster, int count)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var type = _types[0];
        var perNode = Math.Max(1, cluster.LargestNodePerType[cluster.Types.IndexOf(type)]);
        var shares = Enumerable.Range(0, (count + perNode - 1) / perNode)
            .Select(node => new NodeShare(node, Math.Min(perNode, count - (node * perNode)))).ToImmutableArray();
        var allocation = Allocation.Of(shares);
        var model = new AdaptiveGoodput(_limits, new MeasuredThroughput(_profile), default);
        var batch = _profile.InitialBatch;
        var seconds = new double[_profile.Epochs];
        for (var epoch = 0; epoch < seconds.Length; epoch++)
        {
            model.Noise = _profile.Noise(batch, epoch);
            var plan = _adaptsBatch ? model.Plan(type, allocation.Nodes, count) : _limits.Split(_limits.InitialBatch, count);
            batch = plan.Batch(count);
            var step = _profile.Types[type].Step(allocation, plan.LocalBatch);
            var goodput = _profile.Noise(batch, epoch).Gain((double)batch / _profile.InitialBatch)
                / step.TotalSeconds(plan.AccumulationSteps) / _profile.Facts.SlowdownFactor;
            seconds[epoch] = (_profile.ProgressAfter(epoch + 1) - _profile.ProgressAfter(epoch)) / goodput;
        }

        return seconds;
    }

    private void Learn(StepTime step, GradientNoise noise)
    {
        _learning?.Observe(_currentType, new StepObservation(Allocation.Nodes, Allocation.Accelerators, _plan.LocalBatch, step));
        _together?.Note(noise);
        _goodput.Noise = noise;
        _hasNoise = true;
    }

    private void UpdatePlan(Allocation allocation)
    {
        var count = allocation.Accelerators;
        _plan = _adaptsBatch
            ? _goodput.FirstPlan(_currentType, allocation.Nodes, count)
            : _limits.Split(_limits.InitialBatch, count, _throughput.MaxLocalBatch(_currentType, allocation.Nodes, count));
    }
}
