namespace Orleans;

/// <summary>Why a grain is deactivated.</summary>
[GenerateSerializer]
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason.</summary>
    None = 0,

    /// <summary>The silo stops.</summary>
    ShuttingDown = 1,

    /// <summary>The activation failed.</summary>
    ActivationFailed = 2,

    /// <summary>The directory failed.</summary>
    DirectoryFailure = 3,

    /// <summary>Nobody called it for the collection age.</summary>
    ActivationIdle = 4,

    /// <summary>It does not answer.</summary>
    ActivationUnresponsive = 5,

    /// <summary>Another activation of the grain exists.</summary>
    DuplicateActivation = 6,

    /// <summary>A request needs another version.</summary>
    IncompatibleRequest = 7,

    /// <summary>The application failed.</summary>
    ApplicationError = 8,

    /// <summary>The application asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>It moves to another silo.</summary>
    Migrating = 10,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested = 11,

    /// <summary>Memory is short.</summary>
    HighMemoryPressure = 12,
}
