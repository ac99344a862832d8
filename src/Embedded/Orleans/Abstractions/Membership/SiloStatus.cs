namespace Orleans.Runtime;

/// <summary>A silo's state in the cluster.</summary>
[GenerateSerializer]
public enum SiloStatus
{
    /// <summary>Unknown.</summary>
    None = 0,

    /// <summary>Made, not started.</summary>
    Created = 1,

    /// <summary>Starting.</summary>
    Joining = 2,

    /// <summary>Takes part.</summary>
    Active = 3,

    /// <summary>Stops gracefully.</summary>
    ShuttingDown = 4,

    /// <summary>Stops abruptly.</summary>
    Stopping = 5,

    /// <summary>Gone for good.</summary>
    Dead = 6,
}
