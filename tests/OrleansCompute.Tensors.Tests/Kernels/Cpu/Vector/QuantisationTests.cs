using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class QuantisationTests
{
    [Theory]
    [InlineData(1, 1, 1), InlineData(3, 1, 100), InlineData(2, 5, 33), InlineData(4, 7, 1), InlineData(1, 2, 64)]
    public void QuantiseAndDequantise_ForAxes_MatchTheFormula(int outer, int axis, int inner)
    {
        var random = new Random(axis + inner);
        float[] x = [.. KernelAssert.Random(random, outer * axis * inner).Select(v => 20 * v)];
        float[] scales = [.. KernelAssert.Random(random, axis).Select(v => 0.1f + (0.05f * v))];
        sbyte[] signed = [.. Enumerable.Range(0, axis).Select(_ => (sbyte)random.Next(-128, 128))];
        byte[] unsigned = [.. Enumerable.Range(0, axis).Select(_ => (byte)random.Next(256))];
        foreach (var level in SimdLevels.Supported)
        {
            var (q, u, back) = (new sbyte[x.Length], new byte[x.Length], new float[x.Length]);
            Quantisation.Quantise<sbyte>(level, axis, inner, x, scales, signed, q);
            Quantisation.Quantise<byte>(level, axis, inner, x, scales, unsigned, u);
            for (var i = 0; i < x.Length; i++)
            {
                var c = i / inner % axis;
                var step = Math.Round(x[i] / scales[c], MidpointRounding.ToEven);
                Assert.Equal((sbyte)Math.Clamp(step + signed[c], -128, 127), q[i]);
                Assert.Equal((byte)Math.Clamp(step + unsigned[c], 0, 255), u[i]);
            }

            Quantisation.Dequantise<sbyte>(level, axis, inner, q, scales, signed, back);
            Assert.Equal(q.Select((v, i) => (v - signed[i / inner % axis]) * scales[i / inner % axis]), back);
            Quantisation.Dequantise<byte>(level, axis, inner, u, scales, unsigned, back);
            Assert.Equal(u.Select((v, i) => (v - unsigned[i / inner % axis]) * scales[i / inner % axis]), back);
        }
    }

    [Fact]
    public void Quantise_OfHalvesExtremesAndNaN_RoundsToEvenAndSaturates()
    {
        float[] x = [0.5f, 1.5f, 2.5f, -0.5f, 1e30f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        float[] padded = [.. x, .. new float[32 - x.Length]];
        foreach (var level in SimdLevels.Supported)
        {
            foreach (var input in new[] { x, padded })
            {
                var y = new sbyte[input.Length];
                Quantisation.Quantise<sbyte>(level, 1, input.Length, input, [1f], [], y);
                Assert.Equal<sbyte>([0, 2, 2, 0, 127, -128, 127, -128, 0], y.Take(x.Length));
            }
        }
    }

    [Fact]
    public void Quantise_WhenAScaleIsNotAboveZero_NamesIt()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Quantisation.Quantise<byte>(SimdLevel.Scalar, 1, 1, [1f], [0f], [], new byte[1]));
        Assert.Contains("scales holds 0", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => Quantisation.Quantise<short>(SimdLevel.Scalar, 1, 1, [1f], [1f], [], new short[1]));
    }
}
