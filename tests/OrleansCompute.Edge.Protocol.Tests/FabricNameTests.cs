namespace OrleansCompute.Edge.Protocol.Tests;

public sealed class FabricNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("acme")]
    [InlineData("a.b_c-9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void Validate_WhenAllowedForm_GivesNull(string name) => Assert.Null(FabricName.Validate(name, "tenant"));

    [Theory]
    [InlineData("", "''")]
    [InlineData("-a", "'-a'")]
    [InlineData(".", "'.'")]
    [InlineData("..", "'..'")]
    [InlineData("_a", "'_a'")]
    [InlineData("Acme", "'Acme'")]
    [InlineData("a b", "'a b'")]
    [InlineData("a/b", "'a/b'")]
    [InlineData("a+", "'a+'")]
    [InlineData("a#", "'a#'")]
    [InlineData("ä", "'ä'")]
    [InlineData("a\nb", "'a?b'")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", "0123")]
    public void Validate_WhenOtherForm_NamesValueAndAllowedForm(string name, string quoted)
    {
        var message = FabricName.Validate(name, "tenant");
        Assert.NotNull(message);
        Assert.StartsWith("tenant is '", message, StringComparison.Ordinal);
        Assert.Contains(quoted, message, StringComparison.Ordinal);
        Assert.Contains(FabricName.AllowedForm, message, StringComparison.Ordinal);
        Assert.Equal("tenant", Assert.Throws<ArgumentException>(() => FabricName.ThrowIfInvalid(name, "tenant")).ParamName);
    }

    [Fact]
    public void Validate_WhenVeryLong_CutsTheValue()
    {
        var message = FabricName.Validate(new string('a', 100_000), "device");
        Assert.InRange(message!.Length, 100, 300);
        Assert.Contains("100000 characters", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_WhenNull_SaysMissing() =>
        Assert.StartsWith("device is missing", FabricName.Validate(null, "device"), StringComparison.Ordinal);
}
