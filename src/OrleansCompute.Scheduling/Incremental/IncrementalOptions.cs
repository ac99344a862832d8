namespace OrleansCompute.Scheduling.Incremental;

/// <summary>How far an <see cref="IncrementalRound"/> looks beyond what changed.</summary>
public sealed record IncrementalOptions
{
    /// <summary>Jobs that wait and may start, 0 to 100,000: those with the highest priority, the least service, and first come. Default 64.</summary>
    public int Waiting { get; init; } = 64;

    /// <summary>
    /// Jobs that run and may give, grow or move, 0 to 100,000: those with the lowest priority and most accelerators above their minimum.
    /// Default 16. More make room for a newcomer on more nodes, and cost time for each.
    /// </summary>
    public int Running { get; init; } = 16;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Waiting is < 0 or > 100_000 || Running is < 0 or > 100_000)
        {
            throw new ArgumentException($"Waiting is {Waiting} and Running is {Running}; allowed 0 to 100000 each.");
        }
    }
}
