namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Distance from an exact result in units of the last place of float.</summary>
internal static class Ulp
{
    public static double Error(float actual, double exact)
    {
        var rounded = (float)exact;
        if (float.IsNaN(rounded) || float.IsNaN(actual))
        {
            return float.IsNaN(rounded) == float.IsNaN(actual) ? 0 : double.PositiveInfinity;
        }

        if (float.IsInfinity(rounded) || float.IsInfinity(actual))
        {
            // Overflow may come one unit early or late.
            return rounded == actual || MathF.Abs(float.IsInfinity(rounded) ? actual : rounded) >= 3.4028233e38f
                ? 0 : double.PositiveInfinity;
        }

        var magnitude = MathF.Abs(rounded);
        var unit = (double)MathF.BitIncrement(magnitude) - magnitude;
        return Math.Abs(actual - exact) / unit;
    }

    /// <summary>Float patterns spread over all 2^32: every sign, exponent and kind.</summary>
    public static float[] AllKinds(int count)
    {
        var values = new float[count];
        var step = uint.MaxValue / (uint)count | 1;
        var bits = 0u;
        foreach (ref var value in values.AsSpan())
        {
            value = BitConverter.UInt32BitsToSingle(bits);
            bits += step;
        }

        ReadOnlySpan<float> special =
        [
            0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon,
            float.MaxValue, float.MinValue, 1.17549435e-38f, 88.7228317f, 88.72284f, -103.97208f, -87.3365479f, 0.5f, -0.5f, 1.5f, 2.5f,
        ];
        special.CopyTo(values);
        return values;
    }

    /// <summary>Evenly spread from low to high.</summary>
    public static float[] Range(float low, float high, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(low + ((double)(high - low) * i / (count - 1))))];
}
