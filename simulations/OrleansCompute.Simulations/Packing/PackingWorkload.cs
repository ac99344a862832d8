using System.Collections.Immutable;
using System.Globalization;
using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Simulations.Packing;

/// <summary>Turns a list of tasks into arrivals, as the published experiments do.</summary>
public static class PackingWorkload
{
    /// <summary>
    /// The tasks in random order, then tasks drawn with replacement until they ask for the given multiple of the pool's accelerators;
    /// where the list asks for more, tasks are dropped at random instead.
    /// </summary>
    /// <param name="tasks">The list.</param>
    /// <param name="poolMilli">Thousandths of an accelerator in the pool.</param>
    /// <param name="demandRatio">1.3 means 130 % of the pool; more than 0, up to 100.</param>
    /// <param name="random">Draws.</param>
    public static ImmutableArray<PackingShape> Arrivals(
        IReadOnlyList<PackingShape> tasks, long poolMilli, double demandRatio, Random random) =>
        Arrivals(tasks, task => task, poolMilli, demandRatio, random);

    /// <summary>The same of tasks that are more than a shape.</summary>
    /// <param name="tasks">The list.</param>
    /// <param name="shape">What a task needs.</param>
    /// <param name="poolMilli">Thousandths of an accelerator in the pool.</param>
    /// <param name="demandRatio">1.3 means 130 % of the pool; more than 0, up to 100.</param>
    /// <param name="random">Draws.</param>
    public static ImmutableArray<T> Arrivals<T>(
        IReadOnlyList<T> tasks, Func<T, PackingShape> shape, long poolMilli, double demandRatio, Random random)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(random);
        if (!(demandRatio > 0 && demandRatio <= 100))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The demand is {demandRatio} of the pool; allowed more than 0, up to 100."));
        }

        var arrivals = tasks.ToArray();
        random.Shuffle(arrivals);
        var demand = arrivals.Sum(task => (long)shape(task).DemandMilli);
        var target = demandRatio * poolMilli;
        var list = arrivals.ToList();
        if (demand == 0)
        {
            return [.. list];
        }

        while (demand > target)
        {
            var drop = random.Next(list.Count);
            demand -= shape(list[drop]).DemandMilli;
            list.RemoveAt(drop);
        }

        while (demand < target)
        {
            var next = tasks[random.Next(tasks.Count)];

            // The published simulator stops where a share per accelerator, not the whole demand, would pass the target.
            if (demand + shape(next).ShareMilli > target)
            {
                break;
            }

            demand += shape(next).DemandMilli;
            list.Add(next);
        }

        return [.. list];
    }
}
