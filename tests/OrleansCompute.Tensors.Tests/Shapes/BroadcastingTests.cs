using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Shapes;

public sealed class BroadcastingTests
{
    public static TheoryData<int[], int[], int[]> Pairs => new()
    {
        { [2, 3], [2, 3], [2, 3] },
        { [2, 3], [3], [2, 3] },
        { [4, 1, 3], [2, 1], [4, 2, 3] },
        { [], [5, 1], [5, 1] },
        { [0], [1], [0] },
        { [2, 0, 3], [1, 3], [2, 0, 3] },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Common_WhenTheShapesFit_IsTheSameInBothOrders(int[] left, int[] right, int[] expected)
    {
        Assert.Equal(new Shape(expected), Broadcasting.Common(new Shape(left), new Shape(right), "Test"));
        Assert.Equal(new Shape(expected), Broadcasting.Common(new Shape(right), new Shape(left), "Test"));
    }

    [Fact]
    public void Common_WhenTheShapesDoNotFit_NamesBothAndTheSizes()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => Broadcasting.Common(new Shape(2, 3), new Shape(4, 1, 2), "Add")).Message;

        Assert.All(["Add", "[2, 3]", "[4, 1, 2]", "3 and 2"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
