namespace OrleansCompute.Contracts.Jobs;

/// <summary>Where a job is in its life.</summary>
public enum JobState
{
    /// <summary>Unknown to the fabric.</summary>
    None,

    /// <summary>Waits in its pool.</summary>
    Queued,

    /// <summary>Trains.</summary>
    Running,

    /// <summary>Finished; the model is in the registry.</summary>
    Succeeded,

    /// <summary>Ended with an error; the reason says which.</summary>
    Failed,

    /// <summary>Ended by a user.</summary>
    Cancelled,
}
