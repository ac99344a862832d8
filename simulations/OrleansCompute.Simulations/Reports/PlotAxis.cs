using System.Globalization;

namespace OrleansCompute.Simulations.Reports;

/// <summary>
/// An axis of a plot: where it begins and ends, and its marks, at 1, 2 or 5 times a power of ten. A linear one begins at zero; a logarithmic one
/// at a mark below the smallest value above zero, and what is not above zero is drawn at its beginning.
/// </summary>
internal sealed class PlotAxis
{
    private const int MarksWanted = 6;
    private readonly bool _isLogarithmic;

    private PlotAxis(bool isLogarithmic, double low, double high, IReadOnlyList<double> marks) =>
        (_isLogarithmic, Low, High, Marks) = (isLogarithmic, low, high, marks);

    public double Low { get; }

    public double High { get; }

    public IReadOnlyList<double> Marks { get; }

    public static PlotAxis Linear(double most)
    {
        if (!(most > 0))
        {
            most = 1;
        }

        var step = Step(most / MarksWanted);
        var count = (int)Math.Ceiling((most / step) - 1e-9);
        return new PlotAxis(false, 0, count * step, [.. Enumerable.Range(0, count + 1).Select(mark => mark * step)]);
    }

    public static PlotAxis Logarithmic(IEnumerable<double> values)
    {
        var positive = values.Where(value => value > 0).DefaultIfEmpty(1).ToList();
        var (low, high) = (OneTwoFive(positive.Min(), isUp: false), OneTwoFive(positive.Max(), isUp: true));
        high = high > low ? high : OneTwoFive(low * 1.5, isUp: true);
        var marks = new List<double>();
        for (var mark = low; mark <= high * (1 + 1e-9); mark = OneTwoFive(mark * 1.5, isUp: true))
        {
            marks.Add(mark);
        }

        // Beyond three decades the powers of ten are enough.
        return new PlotAxis(true, low, high, high / low <= 1_000 ? marks : [.. marks.Where(IsPowerOfTen)]);
    }

    /// <summary>Where a value is, 0 at the beginning and 1 at the end.</summary>
    public double At(double value) => _isLogarithmic
        ? Math.Log(Math.Max(value, Low) / Low) / Math.Log(High / Low)
        : value / High;

    public static string Text(double mark) => mark.ToString("#,0.######", CultureInfo.InvariantCulture);

    // The next of 1, 2, 5, 10 times the power of ten below.
    private static double Step(double least) => OneTwoFive(least, isUp: true);

    private static double OneTwoFive(double value, bool isUp)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value) + 1e-9));
        ReadOnlySpan<double> factors = [1, 2, 5, 10];
        if (isUp)
        {
            foreach (var factor in factors)
            {
                if (factor * power >= value * (1 - 1e-9))
                {
                    return factor * power;
                }
            }
        }

        var below = power;
        foreach (var factor in factors)
        {
            below = factor * power <= value * (1 + 1e-9) ? factor * power : below;
        }

        return below;
    }

    private static bool IsPowerOfTen(double mark) => Math.Abs(Math.Log10(mark) - Math.Round(Math.Log10(mark))) < 1e-6;
}
