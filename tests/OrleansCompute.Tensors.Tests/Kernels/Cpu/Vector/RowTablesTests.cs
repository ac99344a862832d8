using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class RowTablesTests
{
    [Fact]
    public void Gather_WithIndicesFromBothEnds_CopiesRows()
    {
        var y = new float[6];
        RowTables.Gather<float, long>(2, [1f, 2f, 3f, 4f, 5f, 6f], [2L, 0L, -2L], y);
        Assert.Equal([5f, 6f, 1f, 2f, 3f, 4f], y);
        var bytes = new byte[2];
        RowTables.Gather<byte, int>(1, [10, 20, 30], [1, 1], bytes);
        Assert.Equal<byte>([20, 20], bytes);
    }

    [Theory]
    [InlineData(3L), InlineData(-4L), InlineData(long.MaxValue), InlineData(long.MinValue)]
    public void Gather_WhenAnIndexIsOutOfRange_NamesPositionValueAndRange(long index)
    {
        var error = Assert.Throws<ArgumentException>(() => RowTables.Gather<float, long>(1, new float[3], [0L, index], new float[2]));
        Assert.Contains($"indices[1] is {index}; allowed -3 to 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1), InlineData(7), InlineData(128)]
    public void ScatterAdd_WhenIndicesRepeat_IsTheGradientOfGather(int rowLength)
    {
        var random = new Random(rowLength);
        int[] indices = [.. Enumerable.Range(0, 40).Select(_ => random.Next(6))];
        var updates = KernelAssert.Random(random, 40 * rowLength);
        var expected = new double[6 * rowLength];
        for (var i = 0; i < updates.Length; i++)
        {
            expected[(indices[i / rowLength] * rowLength) + (i % rowLength)] += updates[i];
        }

        foreach (var level in SimdLevels.Supported)
        {
            var table = new float[expected.Length];
            RowTables.ScatterAdd<int>(level, rowLength, indices, updates, table);
            VectorAssert.Close(expected, table, "table");
        }
    }

    [Fact]
    public void OneHot_WhenAnIndexIsOutOfRange_LeavesItsRowOff()
    {
        var y = new float[12];
        RowTables.OneHot<float, int>(3, [0, 2, -1, 3], 5f, -1f, y);
        Assert.Equal([5f, -1f, -1f, -1f, -1f, 5f, -1f, -1f, 5f, -1f, -1f, -1f], y);
    }

    [Fact]
    public void JoinAndSplit_OfParts_AreEachOthersReverse()
    {
        float[] first = [1f, 2f, 3f, 4f], second = [5f, 6f];
        var whole = new float[6];
        RowTables.JoinPart<float>(2, 2, 3, 0, first, whole);
        RowTables.JoinPart<float>(2, 1, 3, 2, second, whole);
        Assert.Equal([1f, 2f, 5f, 3f, 4f, 6f], whole);
        var part = new float[4];
        RowTables.SplitPart<float>(2, 2, 3, 0, whole, part);
        Assert.Equal(first, part);
        Assert.Throws<ArgumentOutOfRangeException>(() => RowTables.SplitPart<float>(2, 2, 3, 2, whole, part));
    }
}
