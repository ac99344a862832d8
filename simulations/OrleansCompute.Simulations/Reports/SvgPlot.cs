using System.Globalization;
using System.Text;

namespace OrleansCompute.Simulations.Reports;

/// <summary>A plot of lines as a piece of SVG: axes from zero, five marks each, a legend. Text is escaped.</summary>
/// <param name="title">Above the plot.</param>
/// <param name="xLabel">Below the x axis, with its unit.</param>
/// <param name="yLabel">Beside the y axis, with its unit.</param>
public sealed class SvgPlot(string title, string xLabel, string yLabel)
{
    // More points than pixels only make the file large.
    private const int MaxPoints = 1_000;
    private const int Width = 720;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 20;
    private const int Top = 34;
    private const int Bottom = 46;
    private static readonly string[] Colours = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e"];
    private readonly List<(string Name, IReadOnlyList<(double X, double Y)> Points, bool IsStep)> _lines = [];

    /// <summary>Adds a line.</summary>
    /// <param name="name">In the legend.</param>
    /// <param name="points">Finite numbers, x growing.</param>
    /// <param name="isStep">Whether a value holds until the next.</param>
    /// <returns>This plot.</returns>
    public SvgPlot Line(string name, IReadOnlyList<(double X, double Y)> points, bool isStep = false)
    {
        ArgumentNullException.ThrowIfNull(points);
        var every = Math.Max(1, (points.Count + MaxPoints - 1) / MaxPoints);
        _lines.Add((name, [.. points.Where((_, index) => index % every == 0 || index == points.Count - 1)], isStep));
        return this;
    }

    /// <summary>The SVG element.</summary>
    public override string ToString()
    {
        var all = _lines.SelectMany(line => line.Points).ToList();
        var maxX = Round(all.Count == 0 ? 1 : all.Max(point => point.X));
        var maxY = Round(all.Count == 0 ? 1 : all.Max(point => point.Y));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"18\" class=\"title\">{Escape(title)}</text>");
        for (var mark = 0; mark <= 5; mark++)
        {
            var (x, y) = (X(maxX * mark / 5, maxX), Y(maxY * mark / 5, maxY));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" class=\"grid\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Number(maxY * mark / 5)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Number(maxX * mark / 5)}</text>");
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
                    svg.Append(CultureInfo.InvariantCulture, $"{X(x, maxX):0.#},{Y(last, maxY):0.#} ");
                }

                svg.Append(CultureInfo.InvariantCulture, $"{X(x, maxX):0.#},{Y(y, maxY):0.#} ");
                last = y;
            }

            var legend = Width - Right - (130 * (_lines.Count - i));
            svg.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"{legend}\" y=\"18\" fill=\"{colour}\">{Escape(_lines[i].Name)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    internal static string Escape(string text) => System.Net.WebUtility.HtmlEncode(text);

    private static double X(double value, double most) => Left + ((Width - Left - Right) * value / most);

    private static double Y(double value, double most) => Height - Bottom - ((Height - Top - Bottom) * value / most);

    // The next larger of these times a power of ten: fifths of each are short numbers, and no more than a third stays empty.
    private static double Round(double value)
    {
        if (!(value > 0))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        foreach (var step in (ReadOnlySpan<double>)[1, 1.5, 2, 2.5, 3, 4, 5, 6, 8])
        {
            if (value <= step * power)
            {
                return step * power;
            }
        }

        return 10 * power;
    }

    private static string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
