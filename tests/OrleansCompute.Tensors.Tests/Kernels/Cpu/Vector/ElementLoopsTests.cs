using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class ElementLoopsTests
{
    [Fact]
    public void Binary_ForAnyLengthAndLevel_MatchesTheObviousLoop() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), (draw, level) =>
        {
            var (a, b) = (draw.Values(1), draw.Values(2));
            var y = new float[a.Length + 1];
            y[^1] = 77f;
            ElementLoops.Binary(level, default(BinaryFunctions.Subtract), a, b, y.AsSpan(0, a.Length));
            return y[^1] == 77f && a.Select((v, i) => v - b[i]).SequenceEqual(y.Take(a.Length));
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Unary_InPlaceForAnyLengthAndLevel_MatchesTheObviousLoopAndStaysInside() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), (draw, level) =>
        {
            var x = draw.Values(1);
            float[] y = [.. x, 77f];
            ElementLoops.Unary(level, default(UnaryFunctions.Square), y.AsSpan(0, x.Length), y.AsSpan(0, x.Length));
            return y[^1] == 77f && x.Select(v => v * v).SequenceEqual(y.Take(x.Length));
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Ternary_ForAnyLengthAndLevel_RoundsOnce() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), (draw, level) =>
        {
            var (a, b, c) = (draw.Values(1), draw.Values(2), draw.Values(3));
            var y = new float[a.Length];
            ElementLoops.Ternary(level, default(TernaryFunctions.MultiplyAdd), a, b, c, y);
            return a.Select((v, i) => MathF.FusedMultiplyAdd(v, b[i], c[i])).SequenceEqual(y);
        }).Check(VectorArbitrary.Config);

    [Theory]
    [InlineData(1, 1), InlineData(3, 5), InlineData(4, 16), InlineData(7, 33), InlineData(0, 5)]
    public void BinaryRow_ForRowsAndColumns_AddsTheBiasToEachRow(int rows, int columns)
    {
        var random = new Random(rows + columns);
        var (a, bias) = (KernelAssert.Random(random, rows * columns), KernelAssert.Random(random, columns));
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[a.Length];
            ElementLoops.BinaryRow(level, new AfterBinary<BinaryFunctions.Add, UnaryFunctions.Relu>(default, default), a, bias, y);
            Assert.Equal(a.Select((v, i) => MathF.Max(0, v + bias[i % columns])), y);
        }
    }

    [Theory]
    [InlineData(1, 1, 1), InlineData(2, 3, 5), InlineData(3, 2, 16), InlineData(2, 4, 35)]
    public void BinaryColumn_ForChannelsFirst_TakesOneValuePerChannel(int outer, int channels, int inner)
    {
        var random = new Random(outer + inner);
        var (a, scale) = (KernelAssert.Random(random, outer * channels * inner), KernelAssert.Random(random, channels));
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[a.Length];
            ElementLoops.BinaryColumn(level, default(BinaryFunctions.Multiply), inner, a, scale, y);
            Assert.Equal(a.Select((v, i) => v * scale[i / inner % channels]), y);
        }
    }

    [Fact]
    public void ScalarForms_WhenTheFunctionIsNotSymmetric_KeepTheOrderOfTheArguments()
    {
        var y = new float[3];
        ElementLoops.BinaryScalar(SimdLevel.Scalar, default(BinaryFunctions.Divide), [2f, 4f, 8f], 2f, y);
        Assert.Equal([1f, 2f, 4f], y);
        ElementLoops.ScalarBinary(SimdSupport.Best, default(BinaryFunctions.Divide), 2f, [2f, 4f, 8f], y);
        Assert.Equal([1f, 0.5f, 0.25f], y);
    }

    [Fact]
    public void MinimumAndMaximum_WhenOneIsNaN_GiveNaN()
    {
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[2];
            ElementLoops.Binary(level, default(BinaryFunctions.Minimum), [float.NaN, 1f], [1f, float.NaN], y);
            Assert.All(y, value => Assert.True(float.IsNaN(value)));
            ElementLoops.Binary(level, default(BinaryFunctions.Maximum), [float.NaN, 1f], [1f, float.NaN], y);
            Assert.All(y, value => Assert.True(float.IsNaN(value)));
        }
    }

    [Fact]
    public void Binary_WhenLengthsDiffer_NamesTheArgumentAndBothLengths()
    {
        var error = Assert.Throws<ArgumentException>(
            () => ElementLoops.Binary(SimdLevel.Scalar, default(BinaryFunctions.Add), new float[3], new float[4], new float[3]));
        Assert.Contains("b has 4 elements; it must have 3", error.Message, StringComparison.Ordinal);
    }
}
