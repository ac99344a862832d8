namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Comparison with references in double.</summary>
internal static class VectorAssert
{
    /// <summary>Every element within a tolerance of the largest magnitude expected (at least 0.01).</summary>
    public static void Close(IReadOnlyList<double> expected, ReadOnlySpan<float> actual, string what, double tolerance = 2e-6)
    {
        Assert.Equal(expected.Count, actual.Length);
        var scale = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max() + 0.01;
        for (var i = 0; i < actual.Length; i++)
        {
            var same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance * scale;
            Assert.True(same, $"{what}: element {i} is {actual[i]}, expected {expected[i]} (scale {scale})");
        }
    }

    /// <summary>
    /// Every sum, or mean, within what rounding may do to it: (terms + 2) 2^-24 times the sum, or mean, of its terms' magnitudes, whatever the
    /// order of addition (Higham, Accuracy and Stability of Numerical Algorithms, 4.2), and 3e-6 of that at most.
    /// </summary>
    /// <param name="expected">In double.</param>
    /// <param name="magnitudes">Sum, or mean, of the magnitudes of each one's terms.</param>
    /// <param name="terms">Terms of each.</param>
    /// <param name="actual">What is tested.</param>
    /// <param name="what">Its name.</param>
    public static void Summed(IReadOnlyList<double> expected, IReadOnlyList<double> magnitudes, int terms, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Length);
        var part = Math.Min((terms + 2) * Math.Pow(2, -24), 3e-6);
        for (var i = 0; i < actual.Length; i++)
        {
            var same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= part * magnitudes[i];
            Assert.True(same, $"{what}: element {i} is {actual[i]}, expected {expected[i]} (magnitude {magnitudes[i]}, {terms} terms)");
        }
    }
}
