namespace OrleansCompute.Scheduling.Speed;

/// <summary>
/// Throughput learned while jobs run: one <see cref="StepTimeFit"/> per accelerator type, renewed when a new configuration was seen.
/// A type that was never used is predicted from the one that was, by the ratio of their measured scores; where others of the pool are known, by what
/// types and numbers of accelerators meant to those that are alike (<see cref="StepTimePeers"/>).
/// </summary>
/// <remarks>
/// Not thread-safe. Those that share one <see cref="StepTimePeers"/> read each other's steps, whose laws are fitted when they are first asked for:
/// whoever observes or predicts with one of them must hold a lock that is the same for all.
/// </remarks>
public sealed class LearnedThroughput : IThroughputModel
{
    // A job that ran with n accelerators is asked no more than four times as many: beyond, the law is a guess. Pollux' two takes one
    // restart more to get anywhere: 1.5 % longer mean completion on its workloads. On a type that it has never used it is asked as many as
    // elsewhere: asked for one there, it would have to give up all it holds to get to know a faster type. 4 to 10 % shorter on Sia's types.
    private const int TrustFactor = 4;

    // Others are heard again when they have measured a quarter more.
    private const double NewsFactor = 1.25;

    // A step of known accelerators that took what was expected is no news.
    private const double Expected = 0.02;
    private readonly Func<string, int, int, int>? _maxLocalBatch;
    private readonly StepTimePeers? _peers;
    private StepTimeAnalogy? _analogy;
    private int _peersHeard;
    private int _version;

    /// <summary>Makes one that has seen nothing.</summary>
    /// <param name="scores">Measured score of each type, above 0; a type that is missing counts as 1.</param>
    /// <param name="maxLocalBatch">Largest batch of one accelerator by type, nodes and accelerators; null where it is the same everywhere.</param>
    /// <param name="peers">What the jobs of the pool tell each other; null, the default, where the job is alone.</param>
    /// <param name="unitBatch">The batch that the job was written for, 1 or more, in which those of different jobs are compared. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is below 1.</exception>
    public LearnedThroughput(
        IReadOnlyDictionary<string, double> scores, Func<string, int, int, int>? maxLocalBatch = null, StepTimePeers? peers = null, int unitBatch = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfLessThan(unitBatch, 1);
        (_maxLocalBatch, _peers, Steps) = (maxLocalBatch, peers, new JobSteps(scores, unitBatch));
    }

    /// <inheritdoc/>
    public int Version => _version + (HasNews ? 1 : 0);

    /// <summary>Whether nothing was seen yet.</summary>
    public bool IsEmpty => Steps.Types.Count == 0;

    /// <summary>What it has measured: all that others refer to.</summary>
    internal JobSteps Steps { get; }

    // Taken in with the next observation or prediction, with which the version grows by what it has been told already.
    private bool HasNews => _analogy is not null && _peers!.Version > NewsFactor * _peersHeard;

    /// <summary>Takes in a measured step; one of a configuration that is known already changes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time is not above 0.</exception>
    public void Observe(string acceleratorType, StepObservation step)
    {
        ArgumentNullException.ThrowIfNull(acceleratorType);
        if (!(step.Time.StepSeconds > 0) || !(step.Time.PassSeconds > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(step), step.Time, "StepSeconds and PassSeconds must be above 0.");
        }

        Hear();
        var known = Steps.Of(acceleratorType);
        var isNews = IsNews(acceleratorType, known, step);
        if (known.Add(step))
        {
            _peers?.Note(Steps);
            if (isNews)
            {
                Renew();
            }
        }
    }

    /// <inheritdoc/>
    public StepTime? Predict(string acceleratorType, int nodes, int accelerators, int localBatch)
    {
        if (_peers is null || IsEmpty)
        {
            return Steps.Predict(acceleratorType, nodes, accelerators, localBatch);
        }

        Hear();
        if (_analogy is null)
        {
            (_analogy, _peersHeard) = (new StepTimeAnalogy(Steps, _peers.Jobs), _peers.Version);
        }

        return _analogy.Predict(acceleratorType, nodes, accelerators, localBatch);
    }

    /// <inheritdoc/>
    public int MaxLocalBatch(string acceleratorType, int nodes, int accelerators) =>
        _maxLocalBatch?.Invoke(acceleratorType, nodes, accelerators) ?? int.MaxValue;

    /// <inheritdoc/>
    public int MaxTrustedAccelerators(string acceleratorType) =>
        Steps.Types.TryGetValue(acceleratorType, out var known) ? TrustFactor * known.MaxAccelerators
        : Steps.Types.Values.Select(type => type.MaxAccelerators).DefaultIfEmpty(1).Max();

    private bool IsNews(string type, TypeSteps known, StepObservation step) =>
        _analogy is null || known.Reach(step.Nodes, step.Accelerators) < 1
        || _analogy.Predict(type, step.Nodes, step.Accelerators, step.LocalBatch) is var predicted
            && (Math.Abs(Math.Log(predicted.StepSeconds / step.Time.StepSeconds)) > Expected || Math.Abs(Math.Log(predicted.PassSeconds / step.Time.PassSeconds)) > Expected);

    private void Hear()
    {
        if (HasNews)
        {
            Renew();
        }
    }

    private void Renew()
    {
        _version++;
        _analogy = null;
    }
}
