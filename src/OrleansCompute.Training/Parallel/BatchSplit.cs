namespace OrleansCompute.Training.Parallel;

/// <summary>Cuts a batch into consecutive parts, one per worker. Pure; thread-safe.</summary>
public static class BatchSplit
{
    /// <summary>Cuts without copying: part i is the next shares[i] indices.</summary>
    /// <param name="indices">The samples of the batch.</param>
    /// <param name="shares">Length of each part, none negative, with the sum indices.Length.</param>
    /// <returns>One part per share, empty ones included; together every index exactly once, in order.</returns>
    /// <exception cref="ArgumentException">The shares do not sum up to the batch.</exception>
    public static ReadOnlyMemory<int>[] Split(ReadOnlyMemory<int> indices, ReadOnlySpan<int> shares)
    {
        var parts = new ReadOnlyMemory<int>[shares.Length];
        var start = 0L;
        for (var i = 0; i < shares.Length; i++)
        {
            if (shares[i] < 0 || start + shares[i] > indices.Length)
            {
                throw new ArgumentException(
                    $"shares[{i}] is {shares[i]}; allowed 0 to {indices.Length - start}, what is left of {indices.Length} samples.", nameof(shares));
            }

            parts[i] = indices.Slice((int)start, shares[i]);
            start += shares[i];
        }

        return start == indices.Length
            ? parts
            : throw new ArgumentException($"shares sum up to {start}; the batch has {indices.Length} samples.", nameof(shares));
    }
}
