namespace OrleansCompute.Tensors.Operators.Physical;

/// <summary>The error function in double precision, slow: by its series, and by the continued fraction of the complement (Abramowitz and Stegun 7.1.6, 7.1.14).</summary>
internal static class ErrorFunction
{
    public static double Erf(double x)
    {
        var a = Math.Abs(x);
        return double.IsNaN(x) ? x : Math.CopySign(a < 3 ? Series(a) : a > 7 ? 1 : 1 - Complement(a), x);
    }

    private static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > sum * 1e-17; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return sum * 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);
    }

    private static double Complement(double x)
    {
        var fraction = x;
        for (var n = 60; n > 0; n--)
        {
            fraction = x + (n / 2.0 / fraction);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
