namespace OrleansCompute.Training.Compression;

/// <summary>Distribution of a value's elements over samples. Filled in two passes: the range, then the counts. Not thread-safe.</summary>
internal sealed class ActivationHistogram
{
    private const int Bins = 2048;
    private readonly long[] _counts = new long[Bins];
    private double _low = double.PositiveInfinity;
    private double _high = double.NegativeInfinity;

    public void AddRange(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            _low = Math.Min(_low, value);
            _high = Math.Max(_high, value);
        }
    }

    public void AddCounts(ReadOnlySpan<float> values)
    {
        var perUnit = Bins / Math.Max(_high - _low, 1e-30);
        foreach (var value in values)
        {
            _counts[Math.Clamp((int)((value - _low) * perUnit), 0, Bins - 1)]++;
        }
    }

    /// <summary>The range by a method.</summary>
    /// <param name="method">How.</param>
    /// <param name="tail">Part that <see cref="CalibrationMethod.Percentile"/> leaves out at each end.</param>
    public ActivationRange Range(CalibrationMethod method, double tail)
    {
        if (!(double.IsFinite(_low) && double.IsFinite(_high)))
        {
            throw new InvalidOperationException($"The activations of the calibration samples reach from {_low} to {_high}; they must be finite, and there must be a sample.");
        }

        return method switch
        {
            CalibrationMethod.Percentile => Percentile(tail),
            CalibrationMethod.MeanSquaredError => SmallestError(),
            _ => ActivationRange.Covering(_low, _high),
        };
    }

    private double Edge(int bin) => _low + (bin * (_high - _low) / Bins);

    private ActivationRange Percentile(double tail)
    {
        var outside = (long)(_counts.Sum() * tail);
        int first = 0, last = Bins - 1;
        for (long seen = 0; first < last && (seen += _counts[first]) <= outside;)
        {
            first++;
        }

        for (long seen = 0; last > first && (seen += _counts[last]) <= outside;)
        {
            last--;
        }

        return ActivationRange.Covering(Edge(first), Edge(last + 1));
    }

    /// <summary>Tries 100 ranges from a hundredth to all; the error of a bin is that of its middle, plus that of rounding where it is not clamped.</summary>
    private ActivationRange SmallestError()
    {
        var (best, bestError) = (default(ActivationRange), double.PositiveInfinity);
        for (var percent = 1; percent <= 100; percent++)
        {
            var range = ActivationRange.Covering(_low * percent / 100, _high * percent / 100);
            var rounding = range.Scale * (double)range.Scale / 12;
            var error = 0.0;
            for (var bin = 0; bin < Bins && error < bestError; bin++)
            {
                var middle = (Edge(bin) + Edge(bin + 1)) / 2;
                var clamped = middle - Math.Clamp(middle, range.Low, range.High);
                // Exact zeros, half of all values behind a ReLU, are coded without an error.
                error += _counts[bin] * (clamped != 0 ? clamped * clamped : _low == 0 && bin == 0 ? 0 : rounding);
            }

            if (error < bestError)
            {
                (best, bestError) = (range, error);
            }
        }

        return best;
    }
}
