using OrleansCompute.Simulations.Tables;

namespace OrleansCompute.Simulations.Tests.Tables;

public sealed class TableReaderTests
{
    [Fact]
    public void Read_WhenColumnsAreInAnyOrder_FindsThemByName()
    {
        using var table = TableReader.WithHeader("f.csv", new StringReader("b,a\n1.5, 7 \n\n2,-8\n"), ',', "a", "b");

        Assert.True(table.Read());
        Assert.Equal(7, table.Whole("a", 0, 10));
        Assert.Equal(1.5, table.Number("b", 0, 10));
        Assert.True(table.Read());
        Assert.Equal(4, table.Line);
        Assert.Equal("-8", table.Text("a"));
        Assert.False(table.Read());
    }

    [Theory]
    [InlineData("", "f.csv, line 1, column 1: the file is empty")]
    [InlineData("a", "f.csv, line 1, column 2: there is no column 'b'")]
    [InlineData("a,a", "f.csv, line 1, column 2: there are two columns 'a'")]
    [InlineData("a,b\n1", "f.csv, line 2, column 2 (b): the line ends after 1 values")]
    [InlineData("a,b\n1,x", "f.csv, line 2, column 2 (b): 'x' is no number from 0 to 9")]
    [InlineData("a,b\n1,NaN", "f.csv, line 2, column 2 (b): 'NaN' is no number from 0 to 9")]
    [InlineData("a,b\n\n1,1e99", "f.csv, line 3, column 2 (b): '1e99' is no number from 0 to 9")]
    public void Read_WhenFileIsMalformed_NamesFileLineAndColumn(string text, string expected)
    {
        var error = Assert.Throws<TableFormatException>(() =>
        {
            using var table = TableReader.WithHeader("f.csv", new StringReader(text), ',', "a", "b");
            table.Read();
            table.Number("b", 0, 9);
        });

        Assert.StartsWith(expected, error.Message);
    }

    [Fact]
    public void Read_WhenLineIsEndless_Refuses()
    {
        var text = "a\n" + new string('x', TableReader.MaxLineLength + 1);
        using var table = TableReader.WithHeader("f.csv", new StringReader(text), ',', "a");

        Assert.Contains("line 2, column 1: the line has 65537 characters", Assert.Throws<TableFormatException>(() => table.Read()).Message);
    }

    [Fact]
    public void Whole_WhenThereIsNoHeader_UsesTheNamesGiven()
    {
        using var table = TableReader.WithoutHeader("f.trace", new StringReader("x\t4"), '\t', "kind", "scale");
        table.Read();

        Assert.Equal(4, table.Whole("scale", 1, 8));
        Assert.Contains("column 2 (scale): '4' is no whole number from 1 to 3", Assert.Throws<TableFormatException>(() => table.Whole("scale", 1, 3)).Message);
    }
}
