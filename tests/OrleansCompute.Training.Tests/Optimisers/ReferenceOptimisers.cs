namespace OrleansCompute.Training.Tests.Optimisers;

/// <summary>The papers' formulas, line by line, in double precision: slow and obvious.</summary>
internal static class ReferenceOptimisers
{
    /// <summary>Kingma and Ba 2015, Algorithm 1; with decay in the gradient, or on the parameter (Loshchilov and Hutter 2019, Algorithm 2).</summary>
    public static Action<double[], double[]> Adam(int n, double rate, double b1, double b2, double epsilon, double decay, bool decoupled)
    {
        var (m, v, t) = (new double[n], new double[n], 0);
        return (p, g) =>
        {
            t++;
            for (var i = 0; i < n; i++)
            {
                var d = g[i] + (decoupled ? 0 : decay * p[i]);
                m[i] = (b1 * m[i]) + ((1 - b1) * d);
                v[i] = (b2 * v[i]) + ((1 - b2) * d * d);
                var step = m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + epsilon);
                p[i] -= rate * (step + (decoupled ? decay * p[i] : 0));
            }
        };
    }

    /// <summary>Sutskever et al. 2013, with the gradient at the point itself, as PyTorch documents it.</summary>
    public static Action<double[], double[]> Sgd(int n, double rate, double momentum, bool nesterov, double decay)
    {
        var v = new double[n];
        return (p, g) =>
        {
            for (var i = 0; i < n; i++)
            {
                var d = g[i] + (decay * p[i]);
                v[i] = (momentum * v[i]) + d;
                p[i] -= rate * (nesterov ? d + (momentum * v[i]) : v[i]);
            }
        };
    }

    /// <summary>You et al. 2020, Algorithm 2, with the identity as phi; layers are ranges with a flag for weights.</summary>
    public static Action<double[], double[]> Lamb(
        int n, double rate, double b1, double b2, double epsilon, double decay, (int From, int To, bool IsWeight)[] layers)
    {
        var (m, v, t) = (new double[n], new double[n], 0);
        return (p, g) =>
        {
            t++;
            foreach (var (from, to, isWeight) in layers)
            {
                var update = new double[n];
                double normP = 0, normU = 0;
                for (var i = from; i < to; i++)
                {
                    m[i] = (b1 * m[i]) + ((1 - b1) * g[i]);
                    v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
                    update[i] = (m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + epsilon)) + (isWeight ? decay * p[i] : 0);
                    normP += p[i] * p[i];
                    normU += update[i] * update[i];
                }

                var trust = isWeight && normP > 0 && normU > 0 ? Math.Sqrt(normP) / Math.Sqrt(normU) : 1;
                for (var i = from; i < to; i++)
                {
                    p[i] -= rate * trust * update[i];
                }
            }
        };
    }

    /// <summary>You, Gitman and Ginsburg 2017, Algorithm 1.</summary>
    public static Action<double[], double[]> Lars(
        int n, double rate, double momentum, double decay, double eta, (int From, int To, bool IsWeight)[] layers)
    {
        var v = new double[n];
        return (p, g) =>
        {
            foreach (var (from, to, isWeight) in layers)
            {
                var normP = Math.Sqrt(Enumerable.Range(from, to - from).Sum(i => p[i] * p[i]));
                var normG = Math.Sqrt(Enumerable.Range(from, to - from).Sum(i => g[i] * g[i]));
                var local = !isWeight ? eta : normP > 0 && normG > 0 ? eta * normP / (normG + (decay * normP)) : 1;
                for (var i = from; i < to; i++)
                {
                    v[i] = (momentum * v[i]) + (rate * local * (g[i] + (isWeight ? decay * p[i] : 0)));
                    p[i] -= v[i];
                }
            }
        };
    }
}
