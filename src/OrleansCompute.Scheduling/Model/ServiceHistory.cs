using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Model;

/// <summary>
/// How much service the jobs of a pool had needed when they were done: counts by octaves, four to each. It says nothing of any job that is
/// not done, so that policies that learn from it stay blind. Immutable; whoever runs the pool adds each job that finishes.
/// </summary>
public sealed class ServiceHistory
{
    /// <summary>Bins to a factor of two.</summary>
    public const int BinsPerOctave = 4;

    /// <summary>Bins in all: the last begins at 2^25 seconds times <see cref="FirstSeconds"/>.</summary>
    public const int Bins = 26 * BinsPerOctave;

    /// <summary>Service below which all jobs are alike: one accelerator for about a minute.</summary>
    public const double FirstSeconds = 64;

    private ServiceHistory(ImmutableArray<int> counts, int jobs)
    {
        Counts = counts;
        Jobs = jobs;
    }

    /// <summary>No job has finished.</summary>
    public static ServiceHistory Empty { get; } = new(ImmutableArray.Create(new int[Bins]), 0);

    /// <summary>Jobs that finished in each bin.</summary>
    public ImmutableArray<int> Counts { get; }

    /// <summary>Jobs that finished.</summary>
    public int Jobs { get; }

    /// <summary>
    /// Service of a job: the seconds that its work so far takes on one accelerator of its best type, so that it grows alike however many it
    /// holds; accelerator-seconds where its speed or its work is not known.
    /// </summary>
    public static double ServiceOf(ClusterSnapshot cluster, JobSnapshot job)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(job);
        if (job is not { WorkDone: { } work, Goodput: { } speed })
        {
            return job.AttainedAcceleratorSeconds;
        }

        var (best, scale) = (0.0, 1);
        for (var type = 0; type < cluster.Types.Length; type++)
        {
            if (job.Accepts(cluster.Types[type]) && cluster.AcceleratorsPerType[type] > 0)
            {
                best = Math.Max(best, speed.Goodput(cluster.Types[type], 1, 1));
            }
        }

        for (var type = 0; best == 0 && type < cluster.Types.Length; type++)
        {
            // A gang runs in one size only: as if each of its accelerators did an equal part.
            if (job.Accepts(cluster.Types[type]) && cluster.AcceleratorsPerType[type] > 0)
            {
                var nodes = (job.MinAccelerators + cluster.LargestNodePerType[type] - 1) / cluster.LargestNodePerType[type];
                (best, scale) = (speed.Goodput(cluster.Types[type], nodes, job.MinAccelerators), job.MinAccelerators);
            }
        }

        return best > 0 ? work * scale / best : job.AttainedAcceleratorSeconds;
    }

    /// <summary>The bin of a service, with a fraction for where in it.</summary>
    public static double Position(double seconds) =>
        seconds <= FirstSeconds ? 0 : Math.Min(Math.Log2(seconds / FirstSeconds) * BinsPerOctave, Bins - 1e-6);

    /// <summary>A service in the middle of a bin, seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public static double SecondsOf(int bin) => bin is >= 0 and < Bins
        ? FirstSeconds * Math.Pow(2, (bin + 0.5) / BinsPerOctave)
        : throw new ArgumentOutOfRangeException(nameof(bin), bin, $"bin is {bin}; allowed 0 to {Bins - 1}.");

    /// <summary>With several more jobs that are done, all of one service.</summary>
    /// <param name="seconds">Their <see cref="ServiceOf"/> at the end; what is negative or no number counts as 0.</param>
    /// <param name="jobs">How many, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public ServiceHistory Add(double seconds, int jobs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(jobs);
        var bin = seconds > 0 ? (int)Position(seconds) : 0;
        return new ServiceHistory(Counts.SetItem(bin, Counts[bin] + jobs), Jobs + jobs);
    }

    /// <summary>With one more job that is done.</summary>
    /// <param name="seconds">Its <see cref="ServiceOf"/> at the end; what is negative or no number counts as 0.</param>
    public ServiceHistory Add(double seconds)
    {
        var bin = seconds > 0 ? (int)Position(seconds) : 0;
        return new ServiceHistory(Counts.SetItem(bin, Counts[bin] + 1), Jobs + 1);
    }
}
