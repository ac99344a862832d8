using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu;

public sealed class Int8PoolingTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(16, true)]
    [InlineData(37, false)]
    [InlineData(37, true)]
    public void Max_WhenAnyChannels_MatchesFloatPooling(int channels, bool isSigned)
    {
        var g = new PoolGeometry(channels, 7, 9, 3, 2) { StrideY = 2, StrideX = 2, PadTop = 1, PadLeft = 1, PadBottom = 2 };
        var input = new byte[2 * g.InputLength];
        new Random(3).NextBytes(input);
        float[] floats = [.. input.Select(value => isSigned ? (float)(sbyte)value : value)];
        var expected = new float[2 * g.OutputLength];
        using var team = new WorkerTeam(1, "test");
        new CpuPooling(g, SimdLevel.Scalar, team).Max(2, floats, expected, []);
        foreach (var level in Enum.GetValues<SimdLevel>().Where(SimdSupport.IsSupported))
        {
            var actual = new byte[2 * g.OutputLength];
            Int8Pooling.Max(level, g, isSigned, 2, input, actual);
            Assert.Equal(expected, actual.Select(value => isSigned ? (float)(sbyte)value : value));
        }
    }

    [Fact]
    public void Max_WhenSpanIsShort_NamesSizes() =>
        Assert.Contains(
            "1 images of 4 bytes",
            Assert.Throws<ShapeMismatchException>(
                () => Int8Pooling.Max(SimdLevel.Scalar, new PoolGeometry(1, 2, 2, 2, 2), false, 1, new byte[3], new byte[1])).Message,
            StringComparison.Ordinal);
}
