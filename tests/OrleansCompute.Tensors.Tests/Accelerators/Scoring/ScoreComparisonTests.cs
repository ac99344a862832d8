using OrleansCompute.Tensors.Accelerators.Scoring;

namespace OrleansCompute.Tensors.Tests.Accelerators.Scoring;

public sealed class ScoreComparisonTests
{
    private static readonly ScoreCard Slow = Card(new ScoreMeasurement("gemm", "GFLOP/s", 10, 0, 1, 1), new ScoreMeasurement("launch", "us", 8, 0, 1, 1), new ScoreMeasurement("conv", "GFLOP/s", null, 0, 0, 0, "no kernel"));
    private static readonly ScoreCard Fast = Card(new ScoreMeasurement("gemm", "GFLOP/s", 40, 0, 1, 1), new ScoreMeasurement("launch", "us", 2, 0, 1, 1), new ScoreMeasurement("conv", "GFLOP/s", 7, 0, 1, 1));

    [Theory]
    [InlineData("gemm", 4.0)]
    [InlineData("launch", 4.0)]
    [InlineData("conv", null)]
    [InlineData("nothing", null)]
    public void Relative_OfAFasterCard_IsAboveOneForBothKindsOfUnits(string name, double? expected) =>
        Assert.Equal(expected, ScoreComparison.Relative(Fast, Slow, name));

    [Fact]
    public void Overall_IsTheGeometricMeanOfWhatBothHave()
    {
        Assert.Equal(4.0, ScoreComparison.Overall(Fast, Slow)!.Value, 1e-12);
        Assert.Equal(0.25, ScoreComparison.Overall(Slow, Fast)!.Value, 1e-12);
        Assert.Null(ScoreComparison.Overall(Fast, Card()));
    }

    private static ScoreCard Card(params ScoreMeasurement[] lines) => new(1, "node", "cpu", "cpu", "cpu-avx2", 1, DateTimeOffset.UnixEpoch, 0, lines);
}
