using System.Globalization;
using System.Text;

namespace OrleansCompute.Dashboard.Charts;

/// <summary>Geometry of a line chart in the units of its SVG view box. Pure.</summary>
internal sealed class LineChart
{
    public const double Width = 720;
    public const double Height = 260;
    public const double Left = 48;
    public const double Right = 12;
    public const double Top = 10;
    public const double Bottom = 26;

    private readonly (double X, double Y)[] _points;

    /// <param name="points">Data by ascending x; points that are not finite are left out.</param>
    public LineChart(IEnumerable<(double X, double Y)> points)
    {
        _points = [.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        HorizontalAxis = AxisScale.Cover(_points.Length == 0 ? 0 : _points[0].X, _points.Length == 0 ? 1 : _points[^1].X, 6);
        VerticalAxis = AxisScale.Cover(0, _points.Length == 0 ? 1 : _points.Max(point => point.Y), 4);
    }

    public AxisScale HorizontalAxis { get; }

    public AxisScale VerticalAxis { get; }

    public double X(double value) => Left + (HorizontalAxis.Fraction(value) * (Width - Left - Right));

    public double Y(double value) => Height - Bottom - (VerticalAxis.Fraction(value) * (Height - Top - Bottom));

    /// <summary>The <c>d</c> of the line; empty where there is no point.</summary>
    public string Path => PathOf(_points.Select(point => (X(point.X), Y(point.Y))));

    /// <summary>The <c>d</c> of the area below the line.</summary>
    public string Area => _points.Length == 0
        ? ""
        : Path + string.Create(
            CultureInfo.InvariantCulture,
            $"L{X(_points[^1].X):0.#} {Height - Bottom:0.#}L{X(_points[0].X):0.#} {Height - Bottom:0.#}Z");

    /// <summary>Every point as <c>x,y,data-x,data-y</c>, separated by blanks: what the browser needs to show a value under the pointer.</summary>
    public string Hints => string.Join(' ', _points.Select(point => string.Create(
        CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#},{point.X:0.##},{point.Y:0.0000}")));

    /// <summary>A path through points that are in view-box units already.</summary>
    public static string PathOf(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var (x, y) in points)
        {
            path.Append(path.Length == 0 ? 'M' : 'L').Append(CultureInfo.InvariantCulture, $"{x:0.#} {y:0.#}");
        }

        return path.ToString();
    }
}
