using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Simulations.Packing;

/// <summary>
/// Fills a pool with tasks that arrive one by one and never leave: a task that finds no room is turned away. What is measured, and how
/// it is averaged over the arrivals at each percent of demand, is what the published experiments do.
/// </summary>
/// <param name="nodes">The machines.</param>
/// <param name="target">The workload that fragmentation is measured against.</param>
public sealed class PackingSimulation(IReadOnlyList<PackingNode> nodes, TaskMix target)
{
    /// <summary>Runs one policy.</summary>
    /// <param name="arrivals">Tasks in the order of arrival.</param>
    /// <param name="policyName">One of <see cref="PackingPolicies.Names"/>.</param>
    /// <param name="seed">Of the policy.</param>
    /// <param name="clock">Times the decisions; null does not.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    public PackingResult Run(
        IReadOnlyList<PackingShape> arrivals, string policyName, int seed, TimeProvider? clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        var pool = new PackingPool(nodes);
        return Run(pool, PackingPolicies.Create(policyName, pool, target, seed), arrivals, clock, cancellationToken);
    }

    internal PackingResult Run(
        PackingPool pool, IPackingPolicy policy, IReadOnlyList<PackingShape> arrivals, TimeProvider? clock, CancellationToken cancellationToken)
    {
        var measure = new FragmentationMeasure(pool, target);
        var fragmented = measure.OfPool();
        var curve = new Curve();
        var times = new List<double>(clock is null ? 0 : arrivals.Count);
        var steps = new List<PackingStep>(arrivals.Count);
        var total = Math.Max(1.0, pool.TotalMilli);
        long arrived = 0;
        var placed = 0;
        foreach (var task in arrivals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            arrived += task.DemandMilli;
            var shape = pool.ShapeOf(task);
            var start = clock?.GetTimestamp() ?? 0;
            var choice = policy.Choose(shape);
            if (clock is not null)
            {
                times.Add(clock.GetElapsedTime(start).TotalSeconds);
            }

            if (choice is { } placement)
            {
                placed++;
                fragmented -= measure.OfNode(placement.Node);
                pool.Place(shape, placement);
                fragmented += measure.OfNode(placement.Node);
            }

            curve.Add(arrived, pool.UsedMilli, fragmented, pool.TotalMilli);
            steps.Add(new PackingStep(choice, pool.UsedMilli / total, fragmented / total));
        }

        times.Sort();
        var (allocation, fragmentation) = curve.Means();
        return new PackingResult(
            arrivals.Count, placed, arrived / total, pool.UsedMilli / total, fragmented / total, allocation, fragmentation, [.. times])
        {
            Steps = [.. steps],
        };
    }

    /// <summary>Means over the arrivals at each percent of demand.</summary>
    private sealed class Curve
    {
        private readonly List<(int Count, double Used, double Fragmented)> _sums = [];

        public void Add(long arrived, long used, double fragmented, long total)
        {
            if (total == 0)
            {
                return;
            }

            var at = (int)Math.Round(100.0 * arrived / total, MidpointRounding.ToEven);
            while (_sums.Count <= at)
            {
                _sums.Add(default);
            }

            var sum = _sums[at];
            _sums[at] = (sum.Count + 1, sum.Used + 100.0 * used / total, sum.Fragmented + 100.0 * fragmented / total);
        }

        public (System.Collections.Immutable.ImmutableArray<double> Used, System.Collections.Immutable.ImmutableArray<double> Fragmented) Means() =>
            ([.. _sums.Select(sum => sum.Used / sum.Count)], [.. _sums.Select(sum => sum.Fragmented / sum.Count)]);
    }
}
