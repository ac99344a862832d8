namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>
/// Sums that become bytes, for device code: the row of a sum is its number / Columns % Rows. Steps are 1 where there is a number per row (of
/// the right scales: per column), 0 where there is one for all.
/// </summary>
internal readonly struct QuantiseShape
{
    public int Rows { get; init; }

    public int Columns { get; init; }

    public int LeftStep { get; init; }

    public int RightStep { get; init; }

    public int ScaleStep { get; init; }

    public int ZeroStep { get; init; }

    /// <summary>Not 0: there is a bias per row.</summary>
    public int HasBias { get; init; }

    /// <summary>128 where the result is signed, else 0.</summary>
    public int Flip { get; init; }
}
