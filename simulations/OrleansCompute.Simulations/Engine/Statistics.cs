namespace OrleansCompute.Simulations.Engine;

/// <summary>Sample statistics.</summary>
internal static class Statistics
{
    /// <summary>A quantile, linear between ranks (type 7 of Hyndman and Fan); NaN of nothing.</summary>
    public static double Quantile(IEnumerable<double> values, double fraction)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            return double.NaN;
        }

        var rank = fraction * (sorted.Length - 1);
        var low = (int)Math.Floor(rank);
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + ((rank - low) * (sorted[high] - sorted[low]));
    }

    /// <summary>Two-sided sign test: the chance that of so many pairs so few, or fewer, go one way if both ways are as likely.</summary>
    public static double SignTest(int oneWay, int otherWay)
    {
        var (pairs, few) = (oneWay + otherWay, Math.Min(oneWay, otherWay));
        var (term, sum) = (Math.Pow(0.5, pairs), 0.0);
        for (var i = 0; i <= few; i++)
        {
            sum += term;
            term *= (double)(pairs - i) / (i + 1);
        }

        return Math.Min(1, 2 * sum);
    }
}
