namespace OrleansCompute.Contracts.Rollouts;

/// <summary>Where a roll-out is.</summary>
public enum RolloutState
{
    /// <summary>Unknown to the fabric.</summary>
    None,

    /// <summary>Waits for devices of the present wave.</summary>
    Running,

    /// <summary>Every device runs the model.</summary>
    Completed,

    /// <summary>A device refused or failed; devices that already ran the model were offered what they ran before.</summary>
    RolledBack,
}
