namespace OrleansCompute.Simulations.Engine;

/// <summary>What happens to a node that may be taken back.</summary>
internal enum SpotEvent
{
    /// <summary>It is announced that it will be.</summary>
    Notice,

    /// <summary>It is gone.</summary>
    Reclaim,

    /// <summary>There is another in its place.</summary>
    Return,
}
