namespace OrleansCompute.Scheduling.Explanations;

/// <summary>What keeps a job from starting.</summary>
public enum LimitKind
{
    /// <summary>The cluster has no accelerators of a type that the job accepts.</summary>
    TypeNotAccepted,

    /// <summary>It needs more accelerators than the cluster has of a type that it accepts, ready or not.</summary>
    NeverFits,

    /// <summary>It would fit if nodes that drain or are lost were ready.</summary>
    Draining,

    /// <summary>Too few accelerators are free.</summary>
    Capacity,

    /// <summary>Enough are free, but on too many nodes.</summary>
    Fragmentation,

    /// <summary>A tenant in its chain holds as much as it may.</summary>
    Quota,

    /// <summary>A tenant in its chain would hold more beyond its guarantees than it may borrow.</summary>
    Borrowing,

    /// <summary>A tenant in its chain holds as much as its weight entitles it to, while others want theirs.</summary>
    FairShare,

    /// <summary>Jobs that come first by the policy's order wait for, or get, what is free.</summary>
    Order,

    /// <summary>Jobs of higher priority come first.</summary>
    Priority,

    /// <summary>What is free is held back for a gang that has waited too long.</summary>
    Reservation,

    /// <summary>Its nodes lack processor cores or memory of the host.</summary>
    HostResources,

    /// <summary>Its money is used up, or would not pay for its start.</summary>
    Budget,
}
