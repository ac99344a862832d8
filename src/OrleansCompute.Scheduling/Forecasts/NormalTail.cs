namespace OrleansCompute.Scheduling.Forecasts;

/// <summary>The upper tail of the normal distribution, exact enough far out: as a logarithm.</summary>
internal static class NormalTail
{
    // Where the series and the continued fraction both have 12 digits.
    private const double Switch = 2;
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>Logarithm of the chance of more than z.</summary>
    public static double LogAbove(double z)
    {
        if (z < -Switch)
        {
            return double.LogP1(-Math.Exp(LogFar(-z)));
        }

        return z > Switch ? LogFar(z) : Math.Log(0.5 - Near(z));
    }

    /// <summary>The z above which the chance is exp(<paramref name="logChance"/>), a number below 0.</summary>
    public static double Inverse(double logChance)
    {
        // ln Q(z) ≈ -z²/2: the bracket holds for every chance a double can name by its logarithm.
        var (low, high) = (-40.0, 2 + Math.Sqrt(2 * Math.Max(0, -logChance)));
        for (var i = 0; i < 200 && high - low > 1e-12 * Math.Max(1, Math.Abs(low)); i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogAbove(middle) > logChance ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    // Φ(z) - 1/2 = φ(z)·(z + z³/3 + z⁵/15 + …), Abramowitz and Stegun 26.2.11.
    private static double Near(double z)
    {
        var (term, sum) = (z, z);
        for (var i = 1; i < 60; i++)
        {
            term *= z * z / ((2 * i) + 1);
            sum += term;
        }

        return sum * Math.Exp((-z * z / 2) - HalfLogTwoPi);
    }

    // Q(z) = φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))), Abramowitz and Stegun 26.2.14.
    private static double LogFar(double z)
    {
        var fraction = z;
        for (var i = 120; i >= 1; i--)
        {
            fraction = z + (i / fraction);
        }

        return (-z * z / 2) - HalfLogTwoPi - Math.Log(fraction);
    }
}
