namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>What a tile does with its sums before it stores them.</summary>
[Flags]
internal enum GemmTileFlags
{
    /// <summary>The sums replace C.</summary>
    None = 0,

    /// <summary>The sums are added to C.</summary>
    Accumulate = 1,

    /// <summary>Negative results become zero.</summary>
    Relu = 2,
}
