namespace OrleansCompute.Scheduling.Fractions;

/// <summary>An accelerator that jobs hold parts of. Not thread-safe.</summary>
internal sealed class SharedDevice(int node, int index, long memoryBytes)
{
    // Shares such as 1/3 do not add up to 1 exactly.
    private const double Tolerance = 1e-9;

    public int Node { get; } = node;

    /// <summary>Index on the node.</summary>
    public int Index { get; } = index;

    /// <summary>Share of its time that nobody holds.</summary>
    public double ComputeLeft { get; private set; } = 1;

    /// <summary>Memory that nobody holds, bytes.</summary>
    public long MemoryLeft { get; private set; } = memoryBytes;

    /// <summary>Indices of the jobs on it.</summary>
    public List<int> Jobs { get; } = [];

    public bool Fits(double computeShare, long bytes) => ComputeLeft + Tolerance >= computeShare && MemoryLeft >= bytes;

    public void Put(int job, double computeShare, long bytes)
    {
        Jobs.Add(job);
        ComputeLeft -= computeShare;
        MemoryLeft -= bytes;
    }

    public void Remove(int job, double computeShare, long bytes)
    {
        Jobs.Remove(job);
        ComputeLeft = Jobs.Count == 0 ? 1 : ComputeLeft + computeShare;
        MemoryLeft += bytes;
    }
}
