using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class ReductionsTests
{
    [Fact]
    public void WholeSpans_ForAnyLengthAndLevel_MatchDouble() =>
        Prop.ForAll(VectorArbitrary.LengthAndSeed(), VectorArbitrary.Level(), (draw, level) =>
        {
            var (x, y) = (draw.Values(1), draw.Values(2));
            var tolerance = 3e-7 * (1 + x.Length);
            Assert.Equal(x.Sum(v => (double)v), Reductions.Sum(level, x), tolerance);
            Assert.Equal(x.Sum(v => (double)v * v), Reductions.SumOfSquares(level, x), tolerance);
            Assert.Equal(x.Sum(v => (double)MathF.Abs(v)), Reductions.Reduce<Reducers.SumOfMagnitudes>(level, x), tolerance);
            Assert.Equal(x.Zip(y, (a, b) => (double)a * b).Sum(), Reductions.Dot(level, x, y), tolerance);
            Assert.Equal(x.Append(float.NegativeInfinity).Max(), Reductions.Max(level, x));
            Assert.Equal(x.Append(float.PositiveInfinity).Min(), Reductions.Min(level, x));
            Assert.Equal(x.Append(0f).Max(MathF.Abs), (float)Reductions.Reduce<Reducers.LargestMagnitude>(level, x));
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Axis_ForAnyShapeAndLevel_MatchesDouble() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), (draw, level) =>
        {
            var x = draw.Values();
            var y = new float[draw.Outer * draw.Inner];
            Reductions.Axis<Reducers.Sum>(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Summed(draw.Reduce(x, line => line.Sum()), draw.Reduce(x, line => line.Sum(Math.Abs)), draw.Axis, y, "sum");
            Reductions.Axis<Reducers.SumOfSquares>(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Close(draw.Reduce(x, line => line.Sum(v => v * v)), y, "sum of squares", 3e-6);
            Reductions.Axis<Reducers.Maximum>(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            Assert.Equal(draw.Reduce(x, line => (float)line.Max()), y);
            Reductions.Axis<Reducers.Minimum>(level, draw.Outer, draw.Axis, draw.Inner, x, y, accumulate: false);
            Assert.Equal(draw.Reduce(x, line => (float)line.Min()), y);
            Reductions.AxisMean(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Summed(draw.Reduce(x, line => line.Average()), draw.Reduce(x, line => line.Average(Math.Abs)), draw.Axis, y, "mean");
            Reductions.AxisLogSumExp(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Close(draw.Reduce(x, line => Math.Log(line.Sum(Math.Exp))), y, "log of sum of exponentials");
            var indices = new int[y.Length];
            Reductions.AxisArgMax(level, draw.Outer, draw.Axis, draw.Inner, x, indices);
            Assert.Equal(draw.Reduce(x, line => Array.IndexOf(line, line.Max())), indices);
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Axis_WhenAccumulating_AddsToTheResult()
    {
        float[] y = [10f, 20f];
        Reductions.Axis<Reducers.Sum>(SimdSupport.Best, 1, 3, 2, [1f, 2f, 3f, 4f, 5f, 6f], y, accumulate: true);
        Assert.Equal([19f, 32f], y);
    }

    [Fact]
    public void Product_OverAnAxis_Multiplies()
    {
        var y = new float[2];
        foreach (var level in SimdLevels.Supported)
        {
            Reductions.Axis<Reducers.Product>(level, 2, 3, 1, [1f, 2f, 3f, -4f, 5f, 6f], y);
            Assert.Equal([6f, -120f], y);
            Reductions.Axis<Reducers.Product>(level, 1, 3, 2, [1f, 2f, 3f, -4f, 5f, 6f], y);
            Assert.Equal([15f, -48f], y);
        }
    }

    [Fact]
    public void Sum_OfMillionsOfTenths_LosesNothing()
    {
        var x = new float[5_000_000];
        Array.Fill(x, 0.1f);
        foreach (var level in SimdLevels.Supported)
        {
            Assert.Equal(x.Length * (double)0.1f, Reductions.Sum(level, x), 0.5);
        }
    }

    [Fact]
    public void MaxAndArgMax_WhenAnElementIsNaN_FindIt()
    {
        foreach (var level in SimdLevels.Supported)
        {
            var x = KernelAssert.Random(new Random(3), 100);
            x[71] = float.NaN;
            x[90] = float.NaN;
            var index = new int[1];
            Reductions.AxisArgMax(level, 1, 100, 1, x, index);
            Assert.True(float.IsNaN(Reductions.Max(level, x)));
            Assert.True(float.IsNaN(Reductions.Min(level, x)));
            Assert.Equal(71, index[0]);
        }
    }

    [Fact]
    public void AxisLogSumExp_WhenValuesAreHugeOrMinusInfinity_StaysFinite()
    {
        foreach (var inner in new[] { 1, 2 })
        {
            var y = new float[inner];
            float[] huge = [.. Enumerable.Repeat(1e30f, 3 * inner)];
            float[] nothing = [.. Enumerable.Repeat(float.NegativeInfinity, 3 * inner)];
            foreach (var level in SimdLevels.Supported)
            {
                Reductions.AxisLogSumExp(level, 1, 3, inner, huge, y);
                Assert.All(y, value => Assert.Equal(1e30f, value));
                Reductions.AxisLogSumExp(level, 1, 3, inner, nothing, y);
                Assert.All(y, value => Assert.Equal(float.NegativeInfinity, value));
            }
        }
    }

    [Fact]
    public void Axis_WhenTheShapeDoesNotFit_NamesTheArgument()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Reductions.Axis<Reducers.Sum>(SimdLevel.Scalar, 2, 3, 4, new float[23], new float[8]));
        Assert.Contains("x has 23 elements; it must have 24", error.Message, StringComparison.Ordinal);
    }
}
