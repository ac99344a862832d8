using OrleansCompute.Cli.Commands;

namespace OrleansCompute.Cli.Tests.Commands;

public sealed class KeyValuesTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("2m", 120)]
    [InlineData("1.5h", 5400)]
    [InlineData("1d", 86_400)]
    [InlineData("0s", 0)]
    public void Seconds_WithAUnit_AreRead(string text, double seconds) => Assert.Equal(seconds, KeyValues.Seconds("--within", text));

    [Theory]
    [InlineData("2")]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("2 weeks")]
    [InlineData("9999999999d")]
    [InlineData("1000000000s")]
    [InlineData("NaNs")]
    [InlineData("-Infinitys")]
    public void Seconds_WithoutSense_AreRefused(string text) => Assert.Equal(
        $"--within is '{text}'; allowed: a time with its unit, 0s to below 1000000000s, for example 90s, 2m, 1.5h or 1d.", Assert.Throws<CommandException>(() => KeyValues.Seconds("--within", text)).Message);

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("half")]
    public void Number_ThatIsNotFinite_IsRefused(string text) => Assert.Equal(
        $"--cost: kwh is '{text}'; allowed: a number that is finite, for example 0.5.",
        Assert.Throws<CommandException>(() => new KeyValues("--cost", $"kwh={text}", "kwh").Number("kwh")).Message);

    [Fact]
    public void Number_WithMoreDigitsThanADoubleHolds_IsRefused() =>
        Assert.Throws<CommandException>(() => new KeyValues("--cost", "kwh=" + new string('9', 400), "kwh").Number("kwh"));

    [Fact]
    public void Values_ThatAreNotThere_AreNull()
    {
        var values = new KeyValues("--cost", " kwh = 0.3 , ".Replace(" ", "", StringComparison.Ordinal), "kwh", "saving");
        Assert.Equal((0.3, null, false), (values.Number("kwh"), values.Number("saving"), values.Has("saving")));
    }
}
