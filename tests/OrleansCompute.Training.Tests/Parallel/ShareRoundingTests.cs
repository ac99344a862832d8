using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class ShareRoundingTests
{
    [Theory]
    [InlineData(new[] { 1.0, 1, 1 }, 10, new[] { 4, 3, 3 })]
    [InlineData(new[] { 3.0, 1 }, 32, new[] { 24, 8 })]
    [InlineData(new[] { 1000.0, 1 }, 10, new[] { 10, 0 })]
    [InlineData(new[] { 0.0, 0 }, 5, new[] { 3, 2 })]
    [InlineData(new[] { 0.0, 2 }, 5, new[] { 0, 5 })]
    [InlineData(new[] { double.MaxValue, double.MaxValue }, 4, new[] { 2, 2 })]
    [InlineData(new[] { 1.0, 2 }, 0, new[] { 0, 0 })]
    public void Apportion_WithWeights_SplitsInProportion(double[] weights, int total, int[] expected) =>
        Assert.Equal(expected, ShareRounding.Apportion(weights, total));

    [Fact]
    public void Apportion_ForAnyWeights_SumsUpAndIsWithinOneOfTheQuota()
    {
        var weights = Gen.Choose(0, 1_000_000).Select(value => value / 997.0).NonEmptyListOf().Select(list => list.ToArray());
        var cases = from w in weights from total in Gen.Choose(0, 100_000) select (Weights: w, Total: total);

        Check.QuickThrowOnFailure(Prop.ForAll(cases.ToArbitrary(), input =>
        {
            var shares = ShareRounding.Apportion(input.Weights, input.Total);
            var sum = input.Weights.Sum();
            return shares.Sum() == input.Total
                && shares.All(share => share >= 0)
                && (sum == 0 || shares.Zip(input.Weights).All(pair => Math.Abs(pair.First - (pair.Second / sum * input.Total)) < 1 + 1e-6));
        }));
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Apportion_WithBadWeight_NamesIt(double weight)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ShareRounding.Apportion([1, weight], 3));
        Assert.Contains("weights[1] must be finite and not negative", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apportion_WithoutWeights_Throws() => Assert.Throws<ArgumentException>(() => ShareRounding.Apportion([], 3));
}
