using OrleansCompute.Training.Compression;

namespace OrleansCompute.Training.Tests.Compression;

public sealed class SingularValuesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(9, 4)]
    [InlineData(3, 8)]
    public void Of_RandomMatrix_IsOrthogonalAndGivesItBack(int rows, int columns)
    {
        var random = new Random(rows + (10 * columns));
        var matrix = Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var svd = SingularValues.Of(matrix, rows, columns);
        var rank = Math.Min(rows, columns);
        Assert.Equal(rank, svd.Values.Count);
        Assert.Equal(svd.Values.OrderDescending(), svd.Values);
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j < rank; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, rows).Sum(r => svd.Left[(i * rows) + r] * svd.Left[(j * rows) + r]), 1e-9);
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, columns).Sum(c => svd.Right[(i * columns) + c] * svd.Right[(j * columns) + c]), 1e-9);
            }
        }

        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                Assert.Equal(matrix[(r * columns) + c], Enumerable.Range(0, rank).Sum(k => svd.Left[(k * rows) + r] * svd.Values[k] * svd.Right[(k * columns) + c]), 1e-9);
            }
        }
    }

    [Fact]
    public void Of_MatrixOfRankOne_HasOneValue()
    {
        var svd = SingularValues.Of([1, 2, 2, 4, 3, 6], 3, 2);
        Assert.Equal(Math.Sqrt(70), svd.Values[0], 1e-9);
        Assert.Equal(0, svd.Values[1], 1e-9);
    }

    [Fact]
    public void Of_BadInput_NamesIt()
    {
        Assert.Throws<ArgumentException>(() => SingularValues.Of([1, 2, 3], 2, 2));
        Assert.Contains("[0, 1] is NaN", Assert.Throws<ArgumentException>(() => SingularValues.Of([1, float.NaN], 1, 2)).Message, StringComparison.Ordinal);
    }
}
