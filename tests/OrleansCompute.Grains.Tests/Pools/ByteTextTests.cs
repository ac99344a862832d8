using OrleansCompute.Grains.Pools;

namespace OrleansCompute.Grains.Tests.Pools;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(999, "999 bytes")]
    [InlineData(1536, "1.54 KB")]
    [InlineData(6_319_127_552, "6.32 GB")]
    [InlineData(4L << 30, "4.29 GB")]
    [InlineData(long.MaxValue, "9223.37 PB")]
    public void Of_AnySize_HasThreeDigitsAndAUnit(long bytes, string expected) => Assert.Equal(expected, ByteText.Of(bytes));

    [Theory]
    [InlineData(6_319_127_552, "6.31GB")]
    [InlineData(999, "999B")]
    [InlineData(1_000, "1KB")]
    [InlineData(2_000_000_000_000_000, "2000TB")]
    public void AtMost_OfAnySize_IsNoMoreAndCanBeWritten(long bytes, string expected) => Assert.Equal(expected, ByteText.AtMost(bytes));

    [Fact]
    public void Of_TwoThatLookTheSame_AreToTheByte()
    {
        Assert.Equal(("1.07 GB", "2.15 GB"), ByteText.Of(1L << 30, 2L << 30));
        Assert.Equal(("1073741825 bytes", "1073741824 bytes"), ByteText.Of((1L << 30) + 1, 1L << 30));
    }
}
