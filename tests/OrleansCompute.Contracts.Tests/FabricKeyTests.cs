namespace OrleansCompute.Contracts.Tests;

public sealed class FabricKeyTests
{
    [Fact]
    public void Split_WhenMadeByOf_GivesBothParts() =>
        Assert.Equal(("acme", "mote-21"), FabricKey.Split(FabricKey.Of("acme", "mote-21")));

    [Theory]
    [InlineData("")]
    [InlineData("acme")]
    [InlineData("/mote")]
    public void Split_WhenThereIsNoTenant_NamesTheKey(string key)
    {
        var error = Assert.Throws<FormatException>(() => FabricKey.Split(key));
        Assert.Contains($"'{key}'", error.Message, StringComparison.Ordinal);
    }
}
