namespace OrleansCompute.Tensors.Execution;

/// <summary>What one run may do before it is ended. Immutable.</summary>
public sealed record RunLimits
{
    /// <summary>Trips of all loops of a run together, when nothing else is asked for.</summary>
    public const long DefaultMaxTrips = 10_000_000;

    /// <summary>
    /// Most trips of all loops (Loop and Scan) of a run, nested ones counted each time: so that a hostile file cannot run for ever.
    /// 1 or more; default <see cref="DefaultMaxTrips"/>, some seconds of a loop with an empty body.
    /// </summary>
    public long MaxTrips { get; init; } = DefaultMaxTrips;

    /// <summary>
    /// Whether every result is searched for NaN and infinities; the run then fails with the name of the node and the operator that first
    /// made one. Infinities in constants, such as those of attention masks, are not errors. Slow. Default false.
    /// </summary>
    public bool ChecksFinite { get; init; }
}
