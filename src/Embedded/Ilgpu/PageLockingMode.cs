namespace ILGPU;

/// <summary>When memory is pinned for copies.</summary>
public enum PageLockingMode
{
    /// <summary>When asked for.</summary>
    Default,

    /// <summary>When it helps.</summary>
    Auto,

    /// <summary>Always.</summary>
    Aggressive,
}
