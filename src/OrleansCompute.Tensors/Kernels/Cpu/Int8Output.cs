namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>Where and how the results of an 8-bit product are written. Immutable.</summary>
/// <param name="Kind">Type of the results.</param>
/// <param name="ZeroPoint">Quantised zero, for 8-bit results.</param>
/// <param name="Relu">Whether negative results become zero (or the zero point).</param>
internal readonly record struct Int8Output(Int8OutputKind Kind, int ZeroPoint = 0, bool Relu = false)
{
    /// <summary>Bytes of a result.</summary>
    public int ElementBytes => Kind is Int8OutputKind.Int32 or Int8OutputKind.Float32 ? 4 : 1;
}
