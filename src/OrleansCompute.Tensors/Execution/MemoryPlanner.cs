namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Places buffers with known sizes and lifetimes in one block: the largest first, each into the smallest gap between those that live at
/// the same time (best fit; greedy by size comes within a few percent of the optimum on neural networks, Pisarchyk and Lee 2020).
/// Stateless.
/// </summary>
internal static class MemoryPlanner
{
    /// <summary>Every buffer starts on a cache line, so that vector loads do not straddle two.</summary>
    public const int Alignment = 64;

    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Sets the offsets.</summary>
    /// <returns>Bytes of the block.</returns>
    public static long Place(IReadOnlyList<PlannedBuffer> buffers)
    {
        var placed = new List<PlannedBuffer>();
        long total = 0;
        foreach (var buffer in buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.First))
        {
            long end = 0, best = -1, bestGap = long.MaxValue;
            var size = Align(buffer.Bytes);
            foreach (var other in placed)
            {
                if (!other.Overlaps(buffer))
                {
                    continue;
                }

                var gap = other.Offset - end;
                if (gap >= size && gap < bestGap)
                {
                    (best, bestGap) = (end, gap);
                }

                end = Math.Max(end, other.Offset + Align(other.Bytes));
            }

            buffer.Offset = best >= 0 ? best : end;
            total = Math.Max(total, buffer.Offset + size);
            var at = placed.FindIndex(other => other.Offset > buffer.Offset);
            placed.Insert(at < 0 ? placed.Count : at, buffer);
        }

        return total;
    }

    /// <summary>Most bytes that live at the same time.</summary>
    public static long LiveBytes(IReadOnlyList<PlannedBuffer> buffers)
    {
        var changes = new SortedDictionary<int, long>();
        foreach (var buffer in buffers)
        {
            changes[buffer.First] = changes.GetValueOrDefault(buffer.First) + Align(buffer.Bytes);
            changes[buffer.Last + 1] = changes.GetValueOrDefault(buffer.Last + 1) - Align(buffer.Bytes);
        }

        long live = 0, most = 0;
        foreach (var change in changes.Values)
        {
            live += change;
            most = Math.Max(most, live);
        }

        return most;
    }
}
