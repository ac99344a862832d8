using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Deadlines;

/// <summary>
/// Accelerators of which a deadline plan gives parts, in each of its intervals: a part goes where others are, while it fits beside them,
/// and else opens a whole one, which is then less for gangs. Not thread-safe; of one plan.
/// </summary>
/// <param name="cluster">Nodes.</param>
/// <param name="free">Whole accelerators that nobody was given, by type and interval; counted down.</param>
internal sealed class PlannedParts(ClusterSnapshot cluster, int[][] free)
{
    private const double Tolerance = 1e-9;
    private readonly Dictionary<(int Node, int Device), Opened> _held = [];
    private readonly List<Opened>[] _opened = [.. free.Select(_ => new List<Opened>())];

    // Of time, on the open accelerator that has most, by interval: in a full plan most questions end here.
    private readonly double[][] _mostLeft = [.. free.Select(intervals => new double[intervals.Length])];

    // Accelerators of a type are alike; where they are not, or nobody said, placing them finds out.
    private readonly long[] _memory = [.. free.Select((_, type) => MostMemory(cluster, type))];

    /// <summary>Notes a part that cannot be taken away, in the first intervals.</summary>
    public void Hold(DeviceShare part, int intervals)
    {
        var (type, device) = (cluster.TypeOf(part.Node), Of(part));
        for (var i = 0; i < intervals; i++)
        {
            Put(type, device, i, part.ComputeShare, part.MemoryBytes);
        }
    }

    /// <summary>Whether there is room for a part in an interval.</summary>
    public bool HasRoom(int type, int interval, DeviceFraction part) =>
        (free[type][interval] > 0 && part.MemoryBytes <= _memory[type])
        || (part.ComputeShare <= _mostLeft[type][interval] + Tolerance && _opened[type].Exists(device => device.Fits(interval, part)));

    /// <summary>Gives a part in all of the first intervals in which there is room, on one accelerator as far as that goes.</summary>
    /// <param name="type">Of this type.</param>
    /// <param name="intervals">How many of the first intervals.</param>
    /// <param name="part">What is given.</param>
    /// <param name="held">Where the job is, and stays if it can: two that are apart are not counted as if they were together.</param>
    /// <returns>Whether it was given in the first of them.</returns>
    public bool Take(int type, int intervals, DeviceFraction part, DeviceShare? held = null)
    {
        var at = held is { } place && cluster.TypeOf(place.Node) == type ? Of(place) : null;
        var isNow = false;
        for (var i = 0; i < intervals; i++)
        {
            if (!HasRoom(type, i, part))
            {
                continue;
            }

            if (at is null || !(at.Fits(i, part) || (!at.IsOpen[i] && free[type][i] > 0)))
            {
                at = _opened[type].Where(device => device.Fits(i, part)).MinBy(device => device.ComputeLeft[i])
                    ?? _opened[type].Find(device => !device.IsOpen[i]) ?? Add(type);
            }

            Put(type, at, i, part.ComputeShare, part.MemoryBytes);
            isNow |= i == 0;
        }

        return isNow;
    }

    private void Put(int type, Opened device, int interval, double computeShare, long memoryBytes)
    {
        var wasMost = device.IsOpen[interval] && device.ComputeLeft[interval] >= _mostLeft[type][interval];
        if (!device.IsOpen[interval])
        {
            device.Open(interval, _memory[type]);
            free[type][interval] = Math.Max(0, free[type][interval] - 1);
        }

        device.Take(interval, computeShare, memoryBytes);
        _mostLeft[type][interval] = wasMost
            ? _opened[type].Max(other => other.ComputeLeft[interval]) : Math.Max(_mostLeft[type][interval], device.ComputeLeft[interval]);
    }

    private Opened Of(DeviceShare part)
    {
        if (!_held.TryGetValue((part.Node, part.Device), out var device))
        {
            _held.Add((part.Node, part.Device), device = Add(cluster.TypeOf(part.Node)));
        }

        return device;
    }

    private Opened Add(int type)
    {
        var device = new Opened(free[type].Length);
        _opened[type].Add(device);
        return device;
    }

    private static long MostMemory(ClusterSnapshot cluster, int type)
    {
        var most = 0L;
        for (var node = 0; node < cluster.Nodes.Length; node++)
        {
            if (cluster.TypeOf(node) == type && cluster.Nodes[node].TakesWork)
            {
                most = Math.Max(most, cluster.Nodes[node].AcceleratorMemoryBytes is > 0 and var bytes ? bytes : long.MaxValue);
            }
        }

        return most;
    }

    private sealed class Opened(int intervals)
    {
        public bool[] IsOpen { get; } = new bool[intervals];

        public double[] ComputeLeft { get; } = new double[intervals];

        private readonly long[] _memoryLeft = new long[intervals];

        public void Open(int interval, long memoryBytes) => (IsOpen[interval], ComputeLeft[interval], _memoryLeft[interval]) = (true, 1, memoryBytes);

        public bool Fits(int interval, DeviceFraction part) =>
            IsOpen[interval] && ComputeLeft[interval] + Tolerance >= part.ComputeShare && _memoryLeft[interval] >= part.MemoryBytes;

        public void Take(int interval, double computeShare, long memoryBytes)
        {
            ComputeLeft[interval] -= computeShare;
            _memoryLeft[interval] -= memoryBytes;
        }
    }
}
