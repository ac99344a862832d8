namespace OrleansCompute.Training.Compression;

/// <summary>Range of a value in float32, and the 8-bit code that covers it with zero exactly. Immutable.</summary>
/// <param name="Low">Smallest value, 0 or less.</param>
/// <param name="High">Largest value, above <paramref name="Low"/>, 0 or more.</param>
public readonly record struct ActivationRange(float Low, float High)
{
    /// <summary>Difference of neighbouring codes.</summary>
    public float Scale => Math.Max((High - Low) / 255f, 1e-12f);

    /// <summary>Code of zero, 0 to 255.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(MathF.Round(-Low / Scale), 0, 255);

    /// <summary>The range with zero in it: padding and ReLU must be exact.</summary>
    public static ActivationRange Covering(double low, double high) => new((float)Math.Min(low, 0), (float)Math.Max(high, 1e-9));
}
