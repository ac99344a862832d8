namespace OrleansCompute.Edge.Protocol.Payloads;

/// <summary>How far a device is with the model that it was offered last.</summary>
public enum UpdateState
{
    /// <summary>Nothing was offered.</summary>
    None = 0,

    /// <summary>Chunks are on their way.</summary>
    Downloading = 1,

    /// <summary>Hash and signature are being checked.</summary>
    Verifying = 2,

    /// <summary>The model is loaded and tried beside the running one.</summary>
    Trying = 3,

    /// <summary>The model answers.</summary>
    Running = 4,

    /// <summary>The package is not acceptable (tenant, replay, size, hash, signature); the model before it goes on.</summary>
    Refused = 5,

    /// <summary>The package is genuine but cannot run here; the model before it goes on.</summary>
    Failed = 6,
}
