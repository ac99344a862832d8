namespace OrleansCompute.Scheduling.Rollouts;

/// <summary>How a device does with the model that is rolled out.</summary>
public enum RolloutHealth
{
    /// <summary>Not offered yet.</summary>
    NotOffered,

    /// <summary>Offered; no outcome yet.</summary>
    UnderWay,

    /// <summary>Runs the model.</summary>
    Running,

    /// <summary>Refused it, or could not run it.</summary>
    Failed,
}
