using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Operators.Linear;

public sealed class EinsumEquationTests
{
    [Theory]
    [InlineData("ij , jk", "ij,jk->ik")]
    [InlineData("ba", "ba->ab")]
    [InlineData("...ij,...jk", "...ij,...jk->...ik")]
    [InlineData("ii", "ii->")]
    public void Parse_WithoutResult_SortsTheLettersThatOccurOnce(string equation, string expected) =>
        Assert.Equal(expected, EinsumEquation.Parse(equation).ToString());

    [Theory]
    [InlineData("ij->ik")]
    [InlineData("i1->i")]
    [InlineData("i->i->i")]
    [InlineData("......->")]
    public void Parse_WhenMalformed_IsRefused(string equation) =>
        Assert.Contains(equation, Assert.Throws<FormatException>(() => EinsumEquation.Parse(equation)).Message, StringComparison.Ordinal);

    [Fact]
    public void Bind_WhenSizesOfALetterDiffer_NamesBoth()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => EinsumEquation.Parse("ij,jk").Bind([new Shape(2, 3), new Shape(4, 5)])).Message;

        Assert.Contains("j has sizes 3 and 4", message, StringComparison.Ordinal);
    }
}
