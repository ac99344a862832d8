namespace ILGPU;

/// <summary>How exact arithmetic is.</summary>
public enum MathMode
{
    /// <summary>As is usual.</summary>
    Default,

    /// <summary>Fast.</summary>
    Fast,

    /// <summary>Fast, with 32 bits only.</summary>
    Fast32BitOnly,
}
