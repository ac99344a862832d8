namespace OrleansCompute.Contracts.Tests;

public sealed class FabricNamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a.b_c-d9")]
    [InlineData("mote-21")]
    public void Explain_WhenWellFormed_IsNull(string name)
    {
        Assert.Null(FabricNames.Explain("device", name));
        Assert.Equal(name, FabricNames.Require("device", name));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("a+")]
    [InlineData("#")]
    [InlineData("ä")]
    [InlineData("a١")]
    public void Require_WhenMalformed_NamesParameterAndRule(string? name)
    {
        var error = Assert.Throws<FabricRefusedException>(() => FabricNames.Require("device", name));
        Assert.StartsWith("device is '", error.Message, StringComparison.Ordinal);
        Assert.Contains("a-z 0-9 . _ -", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_WhenAtAndAboveTheLimit_AllowsOnlyTheFirst()
    {
        Assert.Null(FabricNames.Explain("n", new string('a', FabricNames.MaxLength)));
        var problem = FabricNames.Explain("n", new string('a', 100_000));
        Assert.NotNull(problem);
        Assert.True(problem.Length < 300, "the message must not repeat a hostile name in full");
    }
}
