using OrleansCompute.Dashboard.Formatting;

namespace OrleansCompute.Dashboard.Tests.Formatting;

public sealed class ShowTests
{
    [Theory]
    [InlineData(0, "0.00")]
    [InlineData(27.314, "27.31")]
    [InlineData(-3.5, "-3.50")]
    [InlineData(123.456, "123.5")]
    [InlineData(12345.6, "12,346")]
    [InlineData(0.32174, "0.3217")]
    [InlineData(0.00001234, "1.23e-5")]
    [InlineData(2.5e12, "2.5e+12")]
    [InlineData(double.NaN, "not a number")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Value_WhenOfAnySize_HasAboutFourDigits(double value, string expected) => Assert.Equal(expected, Show.Value(value));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_843_200, "1.8 MB")]
    [InlineData(71_300_000, "71.3 MB")]
    [InlineData(512_000_000, "512 MB")]
    [InlineData(long.MaxValue, "9223 PB")]
    public void Bytes_WhenOfAnySize_HasAUnit(long bytes, string expected) => Assert.Equal(expected, Show.Bytes(bytes));

    [Theory]
    [InlineData(-1, "–")]
    [InlineData(4.24, "4.2 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(62, "1 min 02 s")]
    [InlineData(3_725, "1 h 02 min")]
    [InlineData(180_000, "2 d 02 h")]
    public void Duration_WhenOfAnyLength_HasItsTwoLargestUnits(double seconds, string expected) =>
        Assert.Equal(expected, Show.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.4, "now")]
    [InlineData(4.9, "4 s ago")]
    [InlineData(340, "5 min ago")]
    [InlineData(100_000, "27 h ago")]
    [InlineData(900_000, "10 d ago")]
    public void Age_WhenOfAnyLength_HasOneUnit(double seconds, string expected) =>
        Assert.Equal(expected, Show.Age(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(seconds)));
}
