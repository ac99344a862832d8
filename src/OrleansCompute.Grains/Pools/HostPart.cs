using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Grains.Pools;

/// <summary>
/// What of a machine goes with some of its accelerators. The policy knows nodes of one kind each, so that a machine of several kinds is
/// several nodes: each gets the part of cores and memory that its accelerators are of all, and together they never give more than there
/// is. 0 limits nothing.
/// </summary>
/// <param name="CpuCores">Cores.</param>
/// <param name="MemoryBytes">Memory.</param>
internal readonly record struct HostPart(double CpuCores, long MemoryBytes)
{
    private const double Tolerance = 1e-9;

    /// <param name="node">The node.</param>
    /// <param name="accelerators">How many of its accelerators, 1 or more.</param>
    public static HostPart Of(NodeSnapshot node, int accelerators)
    {
        var (cores, bytes) = (node.Host?.CpuCores ?? 0, node.Host?.MemoryBytes ?? 0);
        var part = (double)accelerators / node.Accelerators.Length;
        return new HostPart(
            cores == 0 ? 0 : Math.Max(1e-6, cores * part),
            bytes == 0 ? 0 : accelerators == node.Accelerators.Length ? bytes : (long)Math.Max(1, bytes * part));
    }

    /// <summary>How many accelerators can have that much beside each of them.</summary>
    public long Room(double cores, long bytes)
    {
        var room = CpuCores == 0 || cores == 0 ? double.PositiveInfinity : Math.Floor((CpuCores / cores) + Tolerance);
        return (long)Math.Min(int.MaxValue, MemoryBytes == 0 || bytes == 0 ? room : Math.Min(room, (double)(MemoryBytes / bytes)));
    }
}
