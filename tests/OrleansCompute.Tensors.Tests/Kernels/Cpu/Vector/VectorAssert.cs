namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Comparison with references in double.</summary>
internal static class VectorAssert
{
    /// <summary>
    /// Every element within a tolerance of the largest magnitude expected and what is given, at least 0.01: where terms cancel, the error
    /// follows the terms, not their sum.
    /// </summary>
    public static void Close(IReadOnlyList<double> expected, ReadOnlySpan<float> actual, string what, double tolerance = 2e-6, double terms = 0)
    {
        Assert.Equal(expected.Count, actual.Length);
        var scale = expected.Where(double.IsFinite).Select(Math.Abs).Append(terms).Max() + 0.01;
        for (var i = 0; i < actual.Length; i++)
        {
            var same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * scale;
            Assert.True(same, $"{what}: element {i} is {actual[i]}, expected {expected[i]} (scale {scale})");
        }
    }
}
