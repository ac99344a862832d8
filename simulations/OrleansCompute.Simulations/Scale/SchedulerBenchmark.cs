using OrleansCompute.Scheduling.Incremental;
using OrleansCompute.Scheduling.Model;
using OrleansCompute.Scheduling.Policies;
using OrleansCompute.Simulations.Engine;

namespace OrleansCompute.Simulations.Scale;

/// <summary>Measures how long decisions for a large pool take, whole rounds and incremental ones, on the calling thread.</summary>
public static class SchedulerBenchmark
{
    private const double RoundSeconds = 60;
    private const int WarmUps = 5;

    /// <summary>Runs one case.</summary>
    /// <param name="policy">Decides.</param>
    /// <param name="pool">What about, fresh.</param>
    /// <param name="name">elastic or gangs.</param>
    /// <param name="rounds">Whole rounds after the first, 1 or more.</param>
    /// <param name="decisions">Incremental decisions of each kind before each round, 0 or more.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="cancellationToken">Stops between decisions.</param>
    public static DecisionTimes Run(
        ISchedulingPolicy policy, SyntheticPool pool, string name, int rounds, int decisions, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(decisions);
        var (whole, submits, finishes, ratios, held) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), 1.0);
        var first = Timed(() => policy.Decide(pool.Cluster, pool.Jobs, pool.NowSeconds));

        // Not measured: code is compiled while it first runs.
        for (var i = 0; i < Math.Min(decisions, WarmUps); i++)
        {
            pool.Finish();
            var index = pool.Submit();
            Timed(() => IncrementalRound.Decide(policy, pool.Cluster, pool.Jobs, [index], pool.NowSeconds));
        }

        for (var round = 0; round < rounds; round++)
        {
            pool.Advance(RoundSeconds);
            for (var i = 0; i < decisions; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                pool.Finish();
                finishes.Add(Timed(() => IncrementalRound.Decide(policy, pool.Cluster, pool.Jobs, [], pool.NowSeconds)));
                var index = pool.Submit();
                submits.Add(Timed(() => IncrementalRound.Decide(policy, pool.Cluster, pool.Jobs, [index], pool.NowSeconds)));
                held = Math.Min(held, pool.Jobs.Sum(job => job.Allocation.Accelerators) / (double)pool.Cluster.Accelerators);
            }

            var before = pool.Speed;
            whole.Add(Timed(() => policy.Decide(pool.Cluster, pool.Jobs, pool.NowSeconds)));
            ratios.Add(before / pool.Speed);
        }

        return new DecisionTimes(
            name, pool.Cluster.Types.Length, pool.Cluster.Accelerators, pool.Jobs.Count, pool.Jobs.Count(job => !job.Allocation.IsEmpty), first,
            Statistics.Quantile(whole, 0.5), Worst(whole), whole.Count, Statistics.Quantile(submits, 0.5), Worst(submits),
            Statistics.Quantile(finishes, 0.5), Worst(finishes), submits.Count, ratios.Average(), held, [.. whole]);

        double Timed(Func<IReadOnlyList<JobDecision?>> decide)
        {
            var begin = clock.GetTimestamp();
            var result = decide();
            var took = clock.GetElapsedTime(begin).TotalMilliseconds;
            pool.Take(result);
            return took;
        }
    }

    private static double Worst(List<double> values) =>
        values.Count == 0 ? double.NaN : values.Count < 100 ? values.Max() : Statistics.Quantile(values, 0.99);
}
