using System.Globalization;
using System.Text;

namespace OrleansCompute.Simulations.Reports;

/// <summary>A plot of lines as a piece of SVG: axes from zero with marks at 1, 2 or 5 times a power of ten, a legend. Text is escaped.</summary>
/// <param name="title">Above the plot.</param>
/// <param name="xLabel">Below the x axis, with its unit.</param>
/// <param name="yLabel">Beside the y axis, with its unit.</param>
/// <param name="isLogarithmic">Whether the x axis is logarithmic; what is not above zero is drawn at its beginning.</param>
public sealed class SvgPlot(string title, string xLabel, string yLabel, bool isLogarithmic = false)
{
    // More points than pixels only make the file large.
    private const int MaxPoints = 1_000;
    private const int Width = 720;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 34;
    private const int Bottom = 46;
    private const int LegendWidth = 90;
    private static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e"];
    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsStep)> _lines = [];

    /// <summary>Adds a line.</summary>
    /// <param name="name">In the legend.</param>
    /// <param name="points">Numbers, x growing; where one is not finite, the point is left out.</param>
    /// <param name="isStep">Whether a value holds until the next.</param>
    /// <returns>This plot.</returns>
    public SvgPlot Line(string name, IReadOnlyList<(double X, double Y)> points, bool isStep = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        points = [.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        var every = Math.Max(1, (points.Count + MaxPoints - 1) / MaxPoints);
        _lines.Add((name, [.. points.Where((_, index) => index % every == 0 || index == points.Count - 1)], isStep));
        return this;
    }

    /// <summary>The SVG element.</summary>
    public override string ToString()
    {
        var all = _lines.SelectMany(line => line.Points).ToList();
        var xAxis = isLogarithmic ? PlotAxis.Logarithmic(all.Select(point => point.X)) : PlotAxis.Linear(all.Count == 0 ? 1 : all.Max(point => point.X));
        var yAxis = PlotAxis.Linear(all.Count == 0 ? 1 : all.Max(point => point.Y));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"18\" class=\"title\">{Escape(title)}</text>");
        foreach (var mark in yAxis.Marks)
        {
            var y = Y(yAxis, mark);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" class=\"grid\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{PlotAxis.Text(mark)}</text>");
        }

        foreach (var mark in xAxis.Marks)
        {
            var x = X(xAxis, mark);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 4}\" class=\"mark\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{PlotAxis.Text(mark)}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Escape(xLabel)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Escape(yLabel)}</text>");
        for (var i = 0; i < _lines.Count; i++)
        {
            var colour = Colours[i % Colours.Length];
            svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" points=\"");
            var last = double.NaN;
            foreach (var (x, y) in _lines[i].Points)
            {
                if (_lines[i].IsStep && !double.IsNaN(last))
                {
                    svg.Append(CultureInfo.InvariantCulture, $"{X(xAxis, x):0.#},{Y(yAxis, last):0.#} ");
                }

                svg.Append(CultureInfo.InvariantCulture, $"{X(xAxis, x):0.#},{Y(yAxis, y):0.#} ");
                last = y;
            }

            var legend = Width - Right - (LegendWidth * (_lines.Count - i));
            svg.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"{legend}\" y=\"18\" fill=\"{colour}\">{Escape(_lines[i].Name)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    internal static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    private static double X(PlotAxis axis, double value) => Left + ((Width - Left - Right) * axis.At(value));

    private static double Y(PlotAxis axis, double value) => Height - Bottom - ((Height - Top - Bottom) * axis.At(value));
}
