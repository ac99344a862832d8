namespace ILGPU;

/// <summary>How much is optimised.</summary>
public enum OptimizationLevel
{
    /// <summary>For debugging.</summary>
    Debug = O0,

    /// <summary>For speed.</summary>
    Release = O1,

    /// <summary>Nothing.</summary>
    O0 = 0,

    /// <summary>The usual.</summary>
    O1,

    /// <summary>The most.</summary>
    O2,
}
