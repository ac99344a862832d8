using OrleansCompute.Training.Compression;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class ActivationHistogramTests
{
    [Fact]
    public void Range_WithAnOutlier_LeavesItOutUnlessMinMax()
    {
        var values = Enumerable.Range(0, 20_000).Select(i => i / 20_000f).Append(100).ToArray();
        var histogram = new ActivationHistogram();
        histogram.AddRange(values);
        histogram.AddCounts(values);
        Assert.Equal(100, histogram.Range(CalibrationMethod.MinMax, 0).High);
        Assert.InRange(histogram.Range(CalibrationMethod.Percentile, 1e-3).High, 0.9f, 1.1f);
        Assert.Equal(0, histogram.Range(CalibrationMethod.Percentile, 1e-3).Low);
    }

    [Fact]
    public void Range_BySmallestError_BeatsMinMaxOnALongTail()
    {
        // Laplace: most values near zero, a few far out.
        var random = new Random(4);
        var values = Enumerable.Range(0, 50_000).Select(_ => (float)(Math.Sign(random.NextDouble() - 0.5) * -Math.Log(1 - random.NextDouble()))).ToArray();
        var histogram = new ActivationHistogram();
        histogram.AddRange(values);
        histogram.AddCounts(values);
        double Error(ActivationRange range) => values.Average(x =>
        {
            var code = Math.Clamp(Math.Round(x / range.Scale) + range.ZeroPoint, 0, 255);
            var back = (code - range.ZeroPoint) * range.Scale;
            return (x - back) * (x - back);
        });
        Assert.True(Error(histogram.Range(CalibrationMethod.MeanSquaredError, 0)) <= Error(histogram.Range(CalibrationMethod.MinMax, 0)));
    }

    [Fact]
    public void ZeroPoint_OfAnyRange_StandsForExactlyZero()
    {
        foreach (var (low, high) in new[] { (0.0, 3.0), (-1, 1), (-5, 0.1), (2, 7), (-7, -2) })
        {
            var range = ActivationRange.Covering(low, high);
            Assert.InRange(range.ZeroPoint * range.Scale, -range.Low - (range.Scale / 2) - 1e-6, -range.Low + (range.Scale / 2) + 1e-6);
        }
    }

    [Fact]
    public void Range_WithoutSamplesOrWithNaN_Refuses()
    {
        Assert.Throws<InvalidOperationException>(() => new ActivationHistogram().Range(CalibrationMethod.MinMax, 0));
    }
}
