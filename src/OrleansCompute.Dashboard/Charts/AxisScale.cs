using System.Globalization;

namespace OrleansCompute.Dashboard.Charts;

/// <summary>A linear scale over round ticks (1, 2 or 5 times a power of ten). Pure.</summary>
internal sealed record AxisScale
{
    private AxisScale(double min, double max, double step, int decimals)
    {
        Min = min;
        Max = max;
        Step = step;
        Decimals = decimals;
    }

    public double Min { get; }

    public double Max { get; }

    public double Step { get; }

    private int Decimals { get; }

    /// <summary>The smallest scale on round ticks that covers the data.</summary>
    /// <param name="low">Least value, finite.</param>
    /// <param name="high">Greatest value, finite; equal values get a scale of one step.</param>
    /// <param name="maxTicks">About how many steps, 2 or more.</param>
    public static AxisScale Cover(double low, double high, int maxTicks)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
        {
            return new AxisScale(0, 1, 1, 0);
        }

        var (from, to) = low <= high ? (low, high) : (high, low);
        if (to - from < 1e-12 * Math.Max(1, Math.Abs(to)))
        {
            to = from + (from == 0 ? 1 : Math.Abs(from));
        }

        var raw = (to - from) / Math.Max(2, maxTicks);
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = magnitude * ((raw / magnitude) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        });
        var decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        return new AxisScale(Math.Floor((from / step) + 1e-9) * step, Math.Ceiling((to / step) - 1e-9) * step, step, decimals);
    }

    /// <summary>The ticks with their labels, ascending.</summary>
    public IEnumerable<(double Value, string Label)> Ticks()
    {
        var count = (int)Math.Round((Max - Min) / Step);
        for (var i = 0; i <= count; i++)
        {
            var value = Min + (i * Step);
            yield return (value, value.ToString("N" + Decimals, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Where a value lies, 0 at <see cref="Min"/> to 1 at <see cref="Max"/>.</summary>
    public double Fraction(double value) => (value - Min) / (Max - Min);
}
