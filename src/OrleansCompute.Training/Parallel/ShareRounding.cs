namespace OrleansCompute.Training.Parallel;

/// <summary>
/// Whole numbers in proportion to weights, by the largest-remainder (Hamilton) method: every result is the exact quota rounded
/// down or up, so it is never more than one away from it. Pure; thread-safe.
/// </summary>
public static class ShareRounding
{
    /// <summary>Splits a total.</summary>
    /// <param name="weights">Finite and not negative; all zero counts as all equal. At least one.</param>
    /// <param name="total">What to split, 0 or more.</param>
    /// <returns>One number per weight, none negative, with the sum <paramref name="total"/>. Equal remainders favour the lower index.</returns>
    public static int[] Apportion(ReadOnlySpan<double> weights, int total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        var quotas = Quotas(weights, total);
        var shares = new int[quotas.Length];
        var rest = total;
        for (var i = 0; i < quotas.Length; i++)
        {
            shares[i] = (int)quotas[i];
            rest -= shares[i];
        }

        // Not more than one each: the remainders are below 1 and sum up to the rest.
        var byRemainder = Enumerable.Range(0, quotas.Length)
            .OrderByDescending(i => quotas[i] - shares[i])
            .ThenByDescending(i => quotas[i])
            .ThenBy(i => i);
        foreach (var i in byRemainder.Take(rest).ToArray())
        {
            shares[i]++;
        }

        return shares;
    }

    /// <summary>The exact, unrounded parts of a total.</summary>
    /// <param name="weights">As for <see cref="Apportion"/>.</param>
    /// <param name="total">What to split.</param>
    internal static double[] Quotas(ReadOnlySpan<double> weights, int total)
    {
        if (weights.IsEmpty)
        {
            throw new ArgumentException("weights is empty; at least one worker is needed.", nameof(weights));
        }

        var largest = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(weights), weights[i], $"weights[{i}] must be finite and not negative.");
            }

            largest = Math.Max(largest, weights[i]);
        }

        // Relative to the largest, so that no sum overflows.
        var quotas = new double[weights.Length];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            quotas[i] = largest == 0 ? 1 : weights[i] / largest;
            sum += quotas[i];
        }

        for (var i = 0; i < quotas.Length; i++)
        {
            quotas[i] = quotas[i] / sum * total;
        }

        return quotas;
    }
}
