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
    public void Seconds_WithoutSense_AreRefused(string text) => Assert.Equal(
        $"--within is '{text}'; allowed: a time with its unit, for example 90s, 2m, 1.5h or 1d.", Assert.Throws<CommandException>(() => KeyValues.Seconds("--within", text)).Message);

    [Fact]
    public void Values_ThatAreNotThere_AreNull()
    {
        var values = new KeyValues("--cost", " kwh = 0.3 , ".Replace(" ", "", StringComparison.Ordinal), "kwh", "saving");
        Assert.Equal((0.3, null, false), (values.Number("kwh"), values.Number("saving"), values.Has("saving")));
    }
}
