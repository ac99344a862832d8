using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class LayerNormTests
{
    private const float Epsilon = 1e-5f;

    [Fact]
    public void Forward_ForAnyShapeAndLevel_MatchesDouble() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), (draw, level) =>
        {
            var (rows, columns) = (draw.Outer * draw.Inner, draw.Axis);
            var (x, residual) = (draw.Values(), draw.Values(1));
            var random = new Random(draw.Seed + 2);
            var (gamma, beta) = (KernelAssert.Random(random, columns), KernelAssert.Random(random, columns));
            var (y, sum, mean, inverse) = (new float[x.Length], new float[x.Length], new float[rows], new float[rows]);
            LayerNorm.Forward(level, columns, x, residual, sum, gamma, beta, Epsilon, y, mean, inverse);
            Assert.Equal(x.Zip(residual, (a, b) => a + b), sum);
            var (expected, expectedMean, expectedInverse) = Reference(columns, sum, gamma, beta, centre: true);
            // Nearly equal elements magnify the rounding of their mean.
            VectorAssert.Close(expected, y, "y", 1e-6 * (3 + expectedInverse.DefaultIfEmpty().Max()));
            VectorAssert.Summed(expectedMean, [.. sum.Chunk(columns).Select(row => row.Average(v => (double)Math.Abs(v)))], columns, mean, "mean");
            VectorAssert.Close(expectedInverse, inverse, "inverse", 1e-5);

            LayerNorm.RmsForward(level, columns, x, [], [], gamma, Epsilon, y, inverse);
            var rms = Reference(columns, x, gamma, new float[columns], centre: false);
            VectorAssert.Close(rms.Y, y, "rms y", 3e-6);
            VectorAssert.Close(rms.Inverse, inverse, "rms inverse", 1e-5);
        }).Check(VectorArbitrary.Config);

    [Theory]
    [InlineData(1, 2, true), InlineData(3, 7, true), InlineData(5, 33, true), InlineData(4, 128, true)]
    [InlineData(1, 2, false), InlineData(3, 7, false), InlineData(5, 33, false), InlineData(4, 128, false)]
    public void Backward_OfARandomLoss_IsItsSlope(int rows, int columns, bool centre)
    {
        var random = new Random(rows + columns);
        var (x, dy) = (KernelAssert.Random(random, rows * columns), KernelAssert.Random(random, rows * columns));
        var (gamma, beta) = (KernelAssert.Random(random, columns), KernelAssert.Random(random, columns));
        var (_, mean, inverse) = Reference(columns, x, gamma, beta, centre);
        var (expectedDx, expectedDGamma, expectedDBeta) = ReferenceGradient(columns, x, gamma, dy, centre);
        foreach (var level in SimdLevels.Supported)
        {
            float[] dx = new float[x.Length], dGamma = new float[columns], dBeta = new float[columns];
            Array.Fill(dx, 2f);
            Array.Fill(dGamma, 1f);
            float[] means = [.. mean.Select(v => (float)v)], inverses = [.. inverse.Select(v => (float)v)];
            if (centre)
            {
                LayerNorm.Backward(level, columns, x, gamma, means, inverses, dy, accumulate: true, dx, dGamma, dBeta);
                VectorAssert.Close(expectedDBeta, dBeta, "dBeta");
            }
            else
            {
                LayerNorm.RmsBackward(level, columns, x, gamma, inverses, dy, accumulate: true, dx, dGamma);
            }

            VectorAssert.Close([.. expectedDx.Select(v => v + 2)], dx, "dx", 1e-5);
            VectorAssert.Close([.. expectedDGamma.Select(v => v + 1)], dGamma, "dGamma", 1e-5);
        }
    }

    [Fact]
    public void Forward_WhenTheMeanIsLarge_DoesNotCancel()
    {
        var x = KernelAssert.Random(new Random(1), 256).Select(v => 10_000 + v).ToArray();
        var y = new float[256];
        LayerNorm.Forward(OrleansCompute.Tensors.Kernels.SimdSupport.Best, 256, x, [], [], [], [], Epsilon, y, [], []);
        var ones = Enumerable.Repeat(1f, 256).ToArray();
        VectorAssert.Close(Reference(256, x, ones, new float[256], centre: true).Y, y, "y", 1e-3);
    }

    private static (double[] Y, double[] Mean, double[] Inverse) Reference(int columns, float[] x, float[] gamma, float[] beta, bool centre)
    {
        var rows = x.Length / columns;
        var (y, mean, inverse) = (new double[x.Length], new double[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var line = x.Skip(row * columns).Take(columns).Select(v => (double)v).ToArray();
            mean[row] = centre ? line.Average() : 0;
            inverse[row] = 1 / Math.Sqrt(line.Average(v => (v - mean[row]) * (v - mean[row])) + Epsilon);
            for (var j = 0; j < columns; j++)
            {
                y[(row * columns) + j] = ((line[j] - mean[row]) * inverse[row] * gamma[j]) + beta[j];
            }
        }

        return (y, mean, inverse);
    }

    /// <summary>Central differences of sum(dy y) in x; sums over rows for gamma and beta.</summary>
    private static (double[] Dx, double[] DGamma, double[] DBeta) ReferenceGradient(
        int columns, float[] x, float[] gamma, float[] dy, bool centre)
    {
        var (dx, dGamma, dBeta) = (new double[x.Length], new double[columns], new double[columns]);
        var plain = Reference(columns, x, [.. Enumerable.Repeat(1f, columns)], new float[columns], centre).Y;
        for (var i = 0; i < x.Length; i++)
        {
            dGamma[i % columns] += dy[i] * plain[i];
            dBeta[i % columns] += dy[i];
            const float h = 1f / 1024;
            double Loss(float shift)
            {
                var moved = (float[])x.Clone();
                moved[i] += shift;
                return Reference(columns, moved, gamma, new float[columns], centre).Y.Select((v, k) => v * dy[k]).Sum();
            }

            // Fourth order: the step must be large enough to be exact in float.
            dx[i] = ((8 * (Loss(h) - Loss(-h))) - (Loss(2 * h) - Loss(-2 * h))) / (12 * h);
        }

        return (dx, dGamma, dBeta);
    }
}
