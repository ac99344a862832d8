namespace OrleansCompute.Contracts.Devices;

/// <summary>How far a device is with a model it was offered.</summary>
public enum ModelUpdateState
{
    /// <summary>Nothing under way.</summary>
    None,

    /// <summary>Pulls chunks.</summary>
    Downloading,

    /// <summary>Checks hash and signature.</summary>
    Verifying,

    /// <summary>Tries the model beside the running one.</summary>
    Trying,

    /// <summary>Runs it.</summary>
    Running,

    /// <summary>Refused the package; the detail says why.</summary>
    Refused,

    /// <summary>Could not get or run it; the detail says why.</summary>
    Failed,
}
