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
}
