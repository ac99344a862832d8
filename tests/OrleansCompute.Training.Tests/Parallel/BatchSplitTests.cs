using OrleansCompute.Training.Parallel;

namespace OrleansCompute.Training.Tests.Parallel;

public sealed class BatchSplitTests
{
    [Fact]
    public void Split_WithShares_CutsInOrder()
    {
        var parts = BatchSplit.Split(new[] { 5, 6, 7, 8 }, [1, 0, 3]);

        Assert.Equal([[5], [], [6, 7, 8]], parts.Select(part => part.ToArray()));
    }

    [Fact]
    public void Split_WithTooLargeShare_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(() => BatchSplit.Split(new[] { 1, 2, 3 }, [2, 2]));
        Assert.Contains("shares[1] is 2; allowed 0 to 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_WithNegativeShare_Throws() => Assert.Throws<ArgumentException>(() => BatchSplit.Split(new[] { 1, 2, 3 }, [4, -1]));

    [Fact]
    public void Split_WithTooFewShares_NamesBothSums()
    {
        var error = Assert.Throws<ArgumentException>(() => BatchSplit.Split(new[] { 1, 2, 3 }, [1, 1]));
        Assert.Contains("sum up to 2; the batch has 3", error.Message, StringComparison.Ordinal);
    }
}
