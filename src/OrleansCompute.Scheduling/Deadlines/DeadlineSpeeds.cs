using OrleansCompute.Scheduling.Forecasts;
using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>The numbers of accelerators that a job with a deadline may be given, and how fast it is with them, by type.</summary>
internal sealed class DeadlineSpeeds
{
    private const int MaxCounts = 64;
    private readonly int[][] _counts;
    private readonly double[][] _speeds;

    public DeadlineSpeeds(ClusterSnapshot cluster, JobSnapshot job, bool isElastic)
    {
        _counts = new int[cluster.Types.Length][];
        _speeds = new double[cluster.Types.Length][];
        for (var type = 0; type < _counts.Length; type++)
        {
            var (counts, speeds) = (new List<int>(), new List<double>());
            foreach (var count in job.Accepts(cluster.Types[type]) ? Counts(cluster, job, type, isElastic) : [])
            {
                // More that is no faster is no choice.
                var speed = JobSpeed.Of(cluster, job, type, count);
                if (speed > (speeds.Count == 0 ? 0 : speeds[^1]))
                {
                    counts.Add(count);
                    speeds.Add(speed);
                }
            }

            (_counts[type], _speeds[type]) = ([.. counts], [.. speeds]);
        }
    }

    /// <summary>Numbers on a type, ascending, each faster than the last.</summary>
    public ReadOnlySpan<int> Counts(int type) => _counts[type];

    /// <summary>Index of the largest number that is at most so many; -1 for none.</summary>
    public int Floor(int type, int accelerators)
    {
        var index = Array.BinarySearch(_counts[type], accelerators);
        return index >= 0 ? index : ~index - 1;
    }

    /// <summary>Speed with the number of this index.</summary>
    public double Speed(int type, int index) => index < 0 ? 0 : _speeds[type][index];

    /// <summary>The greatest speed on any type.</summary>
    public (int Type, int Count, double Speed) Fastest()
    {
        var best = (Type: -1, Count: 0, Speed: 0.0);
        for (var type = 0; type < _counts.Length; type++)
        {
            if (_counts[type].Length > 0 && _speeds[type][^1] > best.Speed)
            {
                best = (type, _counts[type][^1], _speeds[type][^1]);
            }
        }

        return best;
    }

    // One by one to four, then by a quarter and at least to the next node's edge: a finer choice saves less than a restart costs.
    private static SortedSet<int> Counts(ClusterSnapshot cluster, JobSnapshot job, int type, bool isElastic)
    {
        var total = cluster.AcceleratorsPerType[type];
        if (!isElastic)
        {
            return job.RequestedAccelerators <= total ? [job.RequestedAccelerators] : [];
        }

        var trusted = job.Goodput?.MaxTrustedAccelerators(cluster.Types[type]) ?? 0;
        var most = Math.Min(Math.Min(job.MaxAccelerators, total), Math.Max(Math.Max(job.RequestedAccelerators, job.MinAccelerators), trusted));
        var counts = new SortedSet<int>();
        for (var count = job.MinAccelerators; count <= most && counts.Count < MaxCounts; count = count < 4 ? count + 1 : count + (count / 4))
        {
            counts.Add(count);
        }

        if (job.MinAccelerators <= most)
        {
            counts.Add(most);
        }

        if (job.Allocation.Accelerators >= job.MinAccelerators && job.Allocation.Accelerators <= most)
        {
            counts.Add(job.Allocation.Accelerators);
        }

        return counts;
    }
}
