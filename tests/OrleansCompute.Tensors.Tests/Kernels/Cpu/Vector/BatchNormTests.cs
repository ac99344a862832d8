using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class BatchNormTests
{
    private const float Epsilon = 1e-5f;

    [Theory]
    [InlineData(2, 1, 1), InlineData(70, 5, 1), InlineData(9, 37, 1), InlineData(3, 2, 7), InlineData(1, 3, 40), InlineData(4, 2, 33)]
    public void TrainingAndBackward_ForBothLayouts_MatchDouble(int batch, int channels, int inner)
    {
        var random = new Random(batch + channels + inner);
        float[] Draw(int length) => KernelAssert.Random(random, length);
        var (x, dy, gamma, beta) = (Draw(batch * channels * inner), Draw(batch * channels * inner), Draw(channels), Draw(channels));
        int[] channel = [.. Enumerable.Range(0, x.Length).Select(i => i / inner % channels)];
        var reference = new NormalisationReference(x, channel, channel, gamma, beta, Epsilon);
        var expected = reference.Gradients(dy);
        var unbiased = (double)batch * inner / ((batch * inner) - 1);
        foreach (var level in SimdLevels.Supported)
        {
            float[] y = new float[x.Length], mean = new float[channels], inverse = new float[channels], dx = new float[x.Length];
            float[] dGamma = new float[channels], dBeta = new float[channels], runningMean = new float[channels];
            float[] runningVariance = [.. Enumerable.Repeat(1f, channels)];
            BatchNorm.Training(
                level, batch, channels, inner, x, gamma, beta, Epsilon, 0.25f, runningMean, runningVariance, y, mean, inverse);
            VectorAssert.Close(reference.Output(), y, "y", 1e-5);
            VectorAssert.Close(reference.Mean, mean, "mean");
            VectorAssert.Close([.. reference.Variance.Select(v => 1 / Math.Sqrt(v + Epsilon))], inverse, "inverse", 1e-5);
            VectorAssert.Close([.. reference.Mean.Select(v => 0.25 * v)], runningMean, "running mean");
            VectorAssert.Close([.. reference.Variance.Select(v => 0.75 + (0.25 * v * unbiased))], runningVariance, "running variance");

            BatchNorm.Backward(level, batch, channels, inner, x, gamma, mean, inverse, dy, dx, dGamma, dBeta);
            VectorAssert.Close(expected.Dx, dx, "dx", 2e-5);
            VectorAssert.Close(expected.DGamma, dGamma, "dGamma", 1e-5);
            VectorAssert.Close(expected.DBeta, dBeta, "dBeta");
        }
    }

    [Theory]
    [InlineData(5, 3, 1), InlineData(2, 3, 18), InlineData(3, 20, 1), InlineData(0, 3, 4)]
    public void Inference_WithRunningStatistics_IsAnAffineFunctionPerChannel(int batch, int channels, int inner)
    {
        var random = new Random(1);
        var x = KernelAssert.Random(random, batch * channels * inner);
        var (gamma, beta) = (KernelAssert.Random(random, channels), KernelAssert.Random(random, channels));
        var mean = KernelAssert.Random(random, channels);
        float[] variance = [.. KernelAssert.Random(random, channels).Select(v => v + 1.5f)];
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[x.Length];
            BatchNorm.Inference(level, batch, channels, inner, x, gamma, beta, mean, variance, Epsilon, y);
            double[] expected =
            [
                .. x.Select((v, i) => (i / inner % channels) is var c
                    ? ((v - (double)mean[c]) / Math.Sqrt(variance[c] + (double)Epsilon) * gamma[c]) + beta[c] : 0),
            ];
            VectorAssert.Close(expected, y, "y");
        }
    }

    [Theory]
    [InlineData(1, 1, 1, 2), InlineData(2, 6, 3, 5), InlineData(3, 4, 4, 17), InlineData(2, 4, 1, 35)]
    public void GroupNorm_ForwardAndBackward_MatchDouble(int batch, int channels, int groups, int inner)
    {
        var random = new Random(batch + channels + inner);
        float[] Draw(int length) => KernelAssert.Random(random, length);
        var (x, dy, gamma, beta) = (Draw(batch * channels * inner), Draw(batch * channels * inner), Draw(channels), Draw(channels));
        int[] channel = [.. Enumerable.Range(0, x.Length).Select(i => i / inner % channels)];
        int[] set = [.. Enumerable.Range(0, x.Length).Select(i => i / (inner * (channels / groups)))];
        var reference = new NormalisationReference(x, set, channel, gamma, beta, Epsilon);
        var expected = reference.Gradients(dy);
        foreach (var level in SimdLevels.Supported)
        {
            float[] y = new float[x.Length], mean = new float[batch * groups], inverse = new float[batch * groups];
            float[] dx = new float[x.Length], dGamma = new float[channels], dBeta = new float[channels];
            GroupNorm.Forward(level, batch, channels, groups, inner, x, gamma, beta, Epsilon, y, mean, inverse);
            VectorAssert.Close(reference.Output(), y, "y", 1e-5);
            GroupNorm.Backward(level, batch, channels, groups, inner, x, gamma, mean, inverse, dy, dx, dGamma, dBeta);
            VectorAssert.Close(expected.Dx, dx, "dx", 2e-5);
            VectorAssert.Close(expected.DGamma, dGamma, "dGamma", 1e-5);
            VectorAssert.Close(expected.DBeta, dBeta, "dBeta");
        }
    }

    [Fact]
    public void GroupNorm_WhenGroupsDoNotDivideChannels_NamesBoth()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => GroupNorm.Forward(SimdLevel.Scalar, 1, 4, 3, 1, new float[4], [], [], Epsilon, new float[4], new float[3], new float[3]));
        Assert.Contains("groups is 3; allowed are divisors of 4 channels", error.Message, StringComparison.Ordinal);
    }
}
