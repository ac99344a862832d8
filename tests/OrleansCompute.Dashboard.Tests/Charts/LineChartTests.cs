using OrleansCompute.Dashboard.Charts;

namespace OrleansCompute.Dashboard.Tests.Charts;

public sealed class LineChartTests
{
    [Fact]
    public void Path_WhenPointsAreGiven_RunsFromTheLeftEdgeDownToTheBottom()
    {
        var chart = new LineChart([(0, 2), (100, 0)]);

        Assert.Equal("M48 10L708 234", chart.Path);
        Assert.Equal("M48 10L708 234L708 234L48 234Z", chart.Area);
        Assert.Equal("48,10,0,2.0000 708,234,100,0.0000", chart.Hints);
    }

    [Fact]
    public void Path_WhenValuesAreNotFinite_LeavesThemOut()
    {
        var chart = new LineChart([(0, 1), (1, double.NaN), (2, double.PositiveInfinity), (3, 1)]);

        Assert.Equal(1, chart.Path.Count(letter => letter == 'L'));
    }

    [Fact]
    public void Path_WhenThereIsNoPoint_IsEmpty()
    {
        var chart = new LineChart([]);

        Assert.Equal("", chart.Path + chart.Area + chart.Hints);
    }

    [Theory]
    [InlineData(new double[0], "")]
    [InlineData(new double[] { 1 }, "")]
    [InlineData(new double[] { 0, 0 }, "M0 23L100 23")]
    [InlineData(new double[] { 0, 5, double.NaN, 10 }, "M0 23L50 12L100 1")]
    public void SparkPath_WhenValuesAreGiven_FillsItsBox(double[] values, string expected) =>
        Assert.Equal(expected, SparkGeometry.Path(values));
}
