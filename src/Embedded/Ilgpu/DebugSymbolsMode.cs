namespace ILGPU;

/// <summary>Symbols for debuggers.</summary>
public enum DebugSymbolsMode
{
    /// <summary>As is usual.</summary>
    Auto,

    /// <summary>None.</summary>
    Disabled,

    /// <summary>Basic ones.</summary>
    Basic,

    /// <summary>Those of kernels.</summary>
    Kernel,

    /// <summary>Those of kernels, with their source.</summary>
    KernelSourceAnnotations,
}
