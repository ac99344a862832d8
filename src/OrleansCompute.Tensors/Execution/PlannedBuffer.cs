namespace OrleansCompute.Tensors.Execution;

/// <summary>A piece of memory from the step that writes it first to the one that reads it last.</summary>
internal sealed class PlannedBuffer(long bytes, int first, int last)
{
    public long Bytes { get; } = bytes;

    public int First { get; } = first;

    public int Last { get; set; } = last;

    /// <summary>First byte within the block, set by the planner.</summary>
    public long Offset { get; set; }

    public bool Overlaps(PlannedBuffer other) => First <= other.Last && other.First <= Last;

    public bool SharesMemory(PlannedBuffer other) =>
        Offset < other.Offset + MemoryPlanner.Align(other.Bytes) && other.Offset < Offset + MemoryPlanner.Align(Bytes);
}
