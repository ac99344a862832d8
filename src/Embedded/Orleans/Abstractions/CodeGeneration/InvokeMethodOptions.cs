namespace Orleans.CodeGeneration;

/// <summary>How one request is treated.</summary>
[Flags]
[GenerateSerializer]
public enum InvokeMethodOptions
{
    /// <summary>An ordinary request.</summary>
    None = 0,

    /// <summary>No answer is sent.</summary>
    OneWay = 1,

    /// <summary>Interleaves with other read-only requests.</summary>
    ReadOnly = 2,

    /// <summary>Interleaves with everything.</summary>
    AlwaysInterleave = 4,

    /// <summary>No effect; kept for compatibility.</summary>
    Unordered = 8,
}
