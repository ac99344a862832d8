namespace Orleans.Embedded;

/// <summary>A hash that is the same in every process (FNV-1a with a final mix), because placement may depend on it.</summary>
internal static class IdHash
{
    public static uint Compute(ReadOnlySpan<byte> value)
    {
        var hash = 2166136261u;
        foreach (var item in value)
        {
            hash = (hash ^ item) * 16777619u;
        }

        hash ^= hash >> 15;
        hash *= 0x2c1b3c6du;
        return hash ^ (hash >> 13);
    }
}
