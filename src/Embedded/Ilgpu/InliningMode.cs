namespace ILGPU;

/// <summary>How much is inlined.</summary>
public enum InliningMode
{
    /// <summary>As is usual.</summary>
    Default = Aggressive,

    /// <summary>All that can be.</summary>
    Aggressive = 0,

    /// <summary>Small methods.</summary>
    Conservative,

    /// <summary>Nothing.</summary>
    Disabled,
}
