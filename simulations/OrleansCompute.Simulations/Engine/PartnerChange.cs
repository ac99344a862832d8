namespace OrleansCompute.Simulations.Engine;

/// <summary>What a decision about sharing means for a job.</summary>
internal enum PartnerChange
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Another computes beside it, or no longer does; it goes on where it is.</summary>
    Partner,

    /// <summary>It goes to other accelerators of the same node, although what it holds reads the same.</summary>
    Place,
}
