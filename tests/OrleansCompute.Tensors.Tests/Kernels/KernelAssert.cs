namespace OrleansCompute.Tensors.Tests.Kernels;

/// <summary>Comparison of float results.</summary>
internal static class KernelAssert
{
    public static float[] Random(Random random, int length)
    {
        var values = new float[length];
        foreach (ref var value in values.AsSpan())
        {
            value = (2 * random.NextSingle()) - 1;
        }

        return values;
    }

    /// <summary>Every element within 1e-4 of the largest magnitude: float32 sums of a few thousand terms in another order.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what, float tolerance = 1e-4f)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = 1f;
        foreach (var value in expected)
        {
            scale = MathF.Max(scale, MathF.Abs(value));
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance * scale))
            {
                Assert.Fail($"{what}: element {i} is {actual[i]}, expected {expected[i]} (scale {scale})");
            }
        }
    }
}
