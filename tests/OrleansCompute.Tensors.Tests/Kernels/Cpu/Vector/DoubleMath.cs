namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Functions in double precision that System.Math lacks: slow, by series and continued fraction, accurate to 1e-14.</summary>
internal static class DoubleMath
{
    public static double Erf(double x)
    {
        var a = Math.Abs(x);
        return Math.CopySign(a < 2.5 ? ErfSeries(a) : 1 - ErfcFraction(a), x);
    }

    /// <summary>The normal distribution function, with relative accuracy in the lower tail.</summary>
    public static double NormalDistribution(double x)
    {
        var a = Math.Abs(x) / Math.Sqrt(2);
        var tail = 0.5 * (a < 2.5 ? 1 - ErfSeries(a) : ErfcFraction(a));
        return x < 0 ? tail : 1 - tail;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    public static double ExpMinusOne(double x) => Math.Abs(x) < 1e-3
        ? x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4 * (1 + (x / 5))))))))
        : Math.Exp(x) - 1;

    public static double LogOnePlus(double x) => x < 1e-3
        ? x * (1 - (x * (0.5 - (x * ((1.0 / 3) - (x * (0.25 - (x * (0.2 - (x / 6))))))))))
        : Math.Log(1 + x);

    // 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!: all terms positive.
    private static double ErfSeries(double x)
    {
        double term = x, sum = x;
        for (var n = 1; term > sum * 1e-18; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    // exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))), from the inside out.
    private static double ErfcFraction(double x)
    {
        if (x > 28)
        {
            return 0;
        }

        var denominator = x;
        for (var n = 120; n >= 1; n--)
        {
            denominator = x + (n / 2.0 / denominator);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / denominator;
    }
}
