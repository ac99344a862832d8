using OrleansCompute.Contracts.Pools;
using OrleansCompute.Scheduling.Speed;

namespace OrleansCompute.Grains.Pools;

/// <summary>What was learned of a job's speed while it runs. Used on the grain's turn; a round gets a model of its own.</summary>
internal sealed class JobProfile
{
    // The law has six constants; beyond that many configurations, further ones say nothing new.
    private const int MaxObservations = 64;
    private readonly Dictionary<(string Kind, int Nodes, int Accelerators, int LocalBatch), StepTime> _steps = [];

    /// <summary>Seconds to its end as it last said; null where it did not.</summary>
    public double? RemainingSeconds { get; private set; }

    /// <summary>Takes in what a job tells of a recent step. What cannot be is left out: a job is another process.</summary>
    public void Observe(JobReport report, IReadOnlyDictionary<long, Lease> leases)
    {
        RemainingSeconds = report.RemainingSeconds is { } remaining && double.IsFinite(remaining) && remaining >= 0 ? remaining : null;
        var workers = report.Workers.Where(worker => leases.ContainsKey(worker.LeaseId) && worker.Samples > 0).ToList();
        if (!double.IsFinite(report.StepSeconds) || report.StepSeconds <= 0 || workers.Count == 0)
        {
            return;
        }

        var nodes = workers.Select(worker => leases[worker.LeaseId].Node).Distinct(StringComparer.Ordinal).Count();
        foreach (var kind in workers.GroupBy(worker => leases[worker.LeaseId].Kind, StringComparer.Ordinal))
        {
            // The slowest of a kind: the others wait for it. Batches by eighths, so that small moves of shares are one configuration.
            var slowest = kind.MaxBy(worker => worker.BusySeconds)!;
            var pass = Math.Min(slowest.BusySeconds, report.StepSeconds);
            var key = (kind.Key, nodes, workers.Count, Round(slowest.Samples));
            if (pass > 0 && double.IsFinite(pass) && (_steps.Count < MaxObservations || _steps.ContainsKey(key)))
            {
                _steps[key] = new StepTime(report.StepSeconds, report.StepSeconds - pass);
            }
        }
    }

    /// <summary>The law for a round.</summary>
    /// <param name="scores">Measured score of each kind.</param>
    /// <param name="batchSize">Samples of a step.</param>
    public LearnedThroughput ToThroughput(IReadOnlyDictionary<string, double> scores, int batchSize)
    {
        var learned = new LearnedThroughput(scores);
        foreach (var ((kind, nodes, accelerators, localBatch), time) in _steps)
        {
            learned.Observe(kind, new StepObservation(nodes, accelerators, localBatch, time));
        }

        // Of one batch alone the law takes half of a pass for constant, which for training in micro-batches is far off: until another was
        // seen, a pass is in proportion to its samples.
        foreach (var kind in _steps.GroupBy(step => step.Key.Kind, StringComparer.Ordinal).Where(kind => kind.Select(step => step.Key.LocalBatch).Distinct().Count() == 1))
        {
            var (key, time) = kind.First();
            var other = key.LocalBatch == batchSize ? Math.Max(1, batchSize / 2) : Math.Max(1, batchSize);
            var pass = time.PassSeconds * other / key.LocalBatch;
            if (other != key.LocalBatch && pass > 0)
            {
                learned.Observe(kind.Key, new StepObservation(1, 1, other, new StepTime(pass, 0)));
            }
        }

        return learned;
    }

    private static int Round(int samples)
    {
        var step = Math.Max(1, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)samples) / 8);
        return (samples + step - 1) / step * step;
    }
}
