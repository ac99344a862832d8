namespace ILGPU;

/// <summary>What kernels may do with static fields.</summary>
public enum StaticFieldMode
{
    /// <summary>Read constant ones.</summary>
    Default,

    /// <summary>Read all.</summary>
    MutableStaticFields,

    /// <summary>Write, without effect.</summary>
    IgnoreStaticFieldStores,
}
