using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Shapes;

public sealed class ShapeTests
{
    [Fact]
    public void Constructor_WhenASizeIsNegative_NamesDimensionAndSize()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => new Shape(2, -5)).Message;

        Assert.Contains("[2, -5]", message, StringComparison.Ordinal);
        Assert.Contains("dimension 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WhenTheProductOverflows_IsRefused() =>
        Assert.Contains("elements", Assert.Throws<ShapeMismatchException>(() => new Shape(1 << 20, 1 << 20)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_WhenASizeIsZero_HasNoElementsHoweverLargeTheOthers() => Assert.Equal(0, new Shape(1 << 20, 1 << 20, 0).Elements);

    [Fact]
    public void Constructor_WhenRankIsAboveTheLimit_IsRefused() =>
        Assert.Throws<ShapeMismatchException>(() => new Shape(new int[Shape.MaxRank + 1]));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(-1, 2)]
    [InlineData(-3, 0)]
    public void Axis_WithinTheRank_CountsFromEitherEnd(long axis, int expected) => Assert.Equal(expected, new Shape(4, 5, 6).Axis(axis, "Test"));

    [Theory]
    [InlineData(3)]
    [InlineData(-4)]
    [InlineData(long.MinValue)]
    public void Axis_OutsideTheRank_NamesTheRange(long axis)
    {
        var message = Assert.Throws<ShapeMismatchException>(() => new Shape(4, 5, 6).Axis(axis, "Test")).Message;

        Assert.Contains($"{axis}", message, StringComparison.Ordinal);
        Assert.Contains("-3 to 2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_ForEqualSizes_IsTrueAndUnknownDiffersFromScalar()
    {
        Assert.Equal(new Shape(2, 3), new Shape(2, 3));
        Assert.NotEqual(new Shape(2, 3), new Shape(3, 2));
        Assert.NotEqual(Shape.Unknown, Shape.Scalar);
        Assert.Equal("[?, 3]", $"{new Shape(Shape.Any, 3)}");
    }
}
