namespace ILGPU;

/// <summary>What is cached.</summary>
public enum CachingMode
{
    /// <summary>All.</summary>
    Default,

    /// <summary>No kernels.</summary>
    NoKernelCaching,

    /// <summary>No launchers.</summary>
    NoLaunchCaching,

    /// <summary>Nothing.</summary>
    Disabled,
}
