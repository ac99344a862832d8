namespace ILGPU;

/// <summary>What kernels may do with arrays.</summary>
public enum ArrayMode
{
    /// <summary>Use local ones.</summary>
    Default,

    /// <summary>Read static ones.</summary>
    InlineMutableStaticArrays,
}
