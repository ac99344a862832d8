namespace OrleansCompute.Dashboard.Charts;

/// <summary>Geometry of a line without axes, in a view box of 100 by 24. Pure.</summary>
internal static class SparkGeometry
{
    public const double Width = 100;
    public const double Height = 24;

    /// <summary>The <c>d</c> of the line from 0 (bottom) to the greatest value (top); empty for fewer than two finite values.</summary>
    public static string Path(IReadOnlyList<double> values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length < 2)
        {
            return "";
        }

        var top = Math.Max(finite.Max(), 1e-9);
        return LineChart.PathOf(finite.Select((value, index) => (
            index * Width / (finite.Length - 1),
            Height - 1 - (Math.Max(0, value) / top * (Height - 2)))));
    }
}
