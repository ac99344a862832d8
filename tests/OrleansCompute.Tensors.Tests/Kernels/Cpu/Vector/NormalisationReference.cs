namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

/// <summary>Normalisation over any sets of elements, in double: a set index and a channel index per element say which.</summary>
internal sealed class NormalisationReference(float[] x, int[] set, int[] channel, float[] gamma, float[] beta, double epsilon)
{
    private readonly int _sets = set.DefaultIfEmpty(-1).Max() + 1;

    public double[] Mean => [.. Enumerable.Range(0, _sets).Select(s => Of(s).Average())];

    /// <summary>Biased.</summary>
    public double[] Variance => [.. Enumerable.Range(0, _sets).Select(s => VarianceOf(Of(s)))];

    public double[] Output()
    {
        var (mean, variance) = (Mean, Variance);
        return [.. x.Select((v, i) => (Normal(v, i, mean, variance) * gamma[channel[i]]) + beta[channel[i]])];
    }

    public (double[] Dx, double[] DGamma, double[] DBeta) Gradients(float[] dy)
    {
        var (mean, variance) = (Mean, Variance);
        var (dGamma, dBeta) = (new double[gamma.Length], new double[gamma.Length]);
        var (sums, products, counts) = (new double[_sets], new double[_sets], new double[_sets]);
        for (var i = 0; i < x.Length; i++)
        {
            var n = Normal(x[i], i, mean, variance);
            dGamma[channel[i]] += dy[i] * n;
            dBeta[channel[i]] += dy[i];
            sums[set[i]] += dy[i] * (double)gamma[channel[i]];
            products[set[i]] += dy[i] * n * gamma[channel[i]];
            counts[set[i]]++;
        }

        double[] dx =
        [
            .. x.Select((v, i) => ((dy[i] * (double)gamma[channel[i]]) - (sums[set[i]] / counts[set[i]])
                - (Normal(v, i, mean, variance) * products[set[i]] / counts[set[i]])) / Math.Sqrt(variance[set[i]] + epsilon)),
        ];
        return (dx, dGamma, dBeta);
    }

    private double Normal(double v, int i, double[] mean, double[] variance) => (v - mean[set[i]]) / Math.Sqrt(variance[set[i]] + epsilon);

    private static double VarianceOf(double[] values)
    {
        var mean = values.Average();
        return values.Average(v => (v - mean) * (v - mean));
    }

    private double[] Of(int s) => [.. x.Where((_, i) => set[i] == s).Select(v => (double)v)];
}
