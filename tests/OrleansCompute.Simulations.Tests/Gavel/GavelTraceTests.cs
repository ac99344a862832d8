using OrleansCompute.Simulations.Formats;
using OrleansCompute.Simulations.Gavel;

namespace OrleansCompute.Simulations.Tests.Gavel;

public sealed class GavelTraceTests
{
    private const string Good = "ResNet-18 (batch size 32)\tpython3 main.py\twork\t--num_steps\t1\t71252\t4\t1\t-1.000000\t649.5";

    [Fact]
    public void Read_WhenWellFormed_ReadsAll() =>
        Assert.Equal(
            [new GavelRow("job-1", "ResNet-18 (batch size 32)", 4, 71252, 1, 649.5), new GavelRow("job-3", "A3C", 1, 5, 2, 700)],
            GavelTrace.Read("t", new StringReader(Good + "\n\nA3C\t\t\t\t0\t5\t1\t2.0\t-1\t700\n")).ToArray());

    [Theory]
    [InlineData(5, "x", "t, line 2, column total_steps: 'x' is no whole number from 1 to")]
    [InlineData(5, "0", "t, line 2, column total_steps: '0'")]
    [InlineData(6, "1.5", "t, line 2, column scale_factor: '1.5' is no whole number from 1 to 100000")]
    [InlineData(7, "NaN", "t, line 2, column priority: 'NaN' is no number from")]
    [InlineData(9, "-3", "t, line 2, column arrival_time: '-3' is no number from 0 to")]
    [InlineData(9, "4e8", "t, line 2, column arrival_time: '4e8' is no number from 0 to 315360000")]
    [InlineData(9, "649.4", "t, line 2, column arrival_time: '649.4' is before 649.5 of the line before")]
    [InlineData(8, "nan", "t, line 2, column SLO: 'nan' is neither -1 (no deadline) nor")]
    [InlineData(8, "-2", "t, line 2, column SLO: '-2'")]
    [InlineData(8, "soon", "t, line 2, column SLO: 'soon'")]
    [InlineData(0, " ", "t, line 2, column job_type: the field is empty")]
    [InlineData(3, "a\tb", "t, line 2: the line has 11 fields between tabs; needed 10")]
    public void Read_WhenMalformed_NamesFileLineAndColumn(int field, string value, string expected)
    {
        var fields = Good.Split('\t');
        fields[field] = value;

        var error = Assert.Throws<TraceFormatException>(() => GavelTrace.Read("t", new StringReader(Good + "\n" + string.Join('\t', fields))));

        Assert.StartsWith(expected, error.Message);
    }

    [Fact]
    public void Read_WhenEmpty_SaysSo() =>
        Assert.Contains("there is no job", Assert.Throws<TraceFormatException>(() => GavelTrace.Read("t", new StringReader("\n"))).Message);
}
