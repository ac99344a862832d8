using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class SoftmaxTests
{
    [Fact]
    public void Axis_ForAnyShapeAndLevel_MatchesDouble() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), (draw, level) =>
        {
            var x = draw.Values();
            var y = new float[x.Length];
            Softmax.Axis(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Close(draw.Map(x, x, (line, _) => Reference(line)), y, "softmax", 1e-6);
            Softmax.AxisLog(level, draw.Outer, draw.Axis, draw.Inner, x, y);
            VectorAssert.Close(draw.Map(x, x, (line, _) => [.. Reference(line).Select(p => Math.Log(p))]), y, "log softmax", 1e-6);
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void AxisGradient_ForAnyShapeAndLevel_MatchesDouble() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), (draw, level) =>
        {
            var (x, dy) = (draw.Values(), draw.Values(7));
            float[] y = [.. draw.Map(x, x, (line, _) => Reference(line)).Select(v => (float)v)];
            float[] log = [.. draw.Map(x, x, (line, _) => [.. Reference(line).Select(p => Math.Log(p))]).Select(v => (float)v)];
            var dx = new float[x.Length];
            Softmax.AxisGradient(level, draw.Outer, draw.Axis, draw.Inner, y, dy, dx);
            VectorAssert.Close(draw.Map(y, dy, (p, d) => ReferenceGradient(p, d, p.Zip(d, (a, b) => a * b).Sum())), dx, "dx", 5e-6);
            Softmax.AxisLogGradient(level, draw.Outer, draw.Axis, draw.Inner, log, dy, dx);
            VectorAssert.Close(draw.Map(log, dy, (l, d) => ReferenceLogGradient(l, d, d.Sum())), dx, "log dx", 5e-6);
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Rows_WhenInPlace_GiveTheSame()
    {
        var x = KernelAssert.Random(new Random(1), 3 * 65);
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[x.Length];
            Softmax.Rows(level, 65, x, y);
            var inPlace = (float[])x.Clone();
            Softmax.Rows(level, 65, inPlace, inPlace);
            Assert.Equal(y, inPlace);
        }
    }

    [Theory]
    [InlineData(1e30f), InlineData(-1e30f), InlineData(200f)]
    public void Rows_WhenValuesAreHuge_DoNotOverflow(float shift)
    {
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[20];
            float[] x = [.. Enumerable.Repeat(shift, 20)];
            Softmax.Rows(level, 20, x, y);
            Assert.All(y, value => Assert.Equal(0.05f, value, 1e-7f));
            Softmax.RowsLog(level, 20, x, y);
            Assert.All(y, value => Assert.Equal(MathF.Log(0.05f), value, 1e-6f));
        }
    }

    [Theory]
    [InlineData(1, 1), InlineData(5, 5), InlineData(3, 20), InlineData(20, 3), InlineData(33, 49)]
    public void CausalRows_ForQueriesAtTheEndOfTheKeys_SeeTheirPast(int rows, int columns)
    {
        const float scale = 0.3f;
        var x = KernelAssert.Random(new Random(rows), 2 * rows * columns);
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[x.Length];
            Softmax.CausalRows(level, rows, columns, scale, x, y);
            for (var row = 0; row < 2 * rows; row++)
            {
                var visible = Math.Clamp((row % rows) + 1 + columns - rows, 0, columns);
                double[] expected =
                [
                    .. Reference([.. x.Skip(row * columns).Take(visible).Select(v => v * (double)scale)]),
                    .. Enumerable.Repeat(0.0, columns - visible),
                ];
                VectorAssert.Close(expected, y.AsSpan(row * columns, columns), $"row {row}", 1e-6);
            }
        }
    }

    [Fact]
    public void MaskedRows_WhenTheMaskIsShared_AddItToEachMatrix()
    {
        const int rows = 4, columns = 19;
        var random = new Random(5);
        var (x, mask) = (KernelAssert.Random(random, 3 * rows * columns), KernelAssert.Random(random, rows * columns));
        mask.AsSpan(columns, columns).Fill(float.NegativeInfinity);
        mask[3] = float.NegativeInfinity;
        foreach (var level in SimdLevels.Supported)
        {
            var y = new float[x.Length];
            Softmax.MaskedRows(level, columns, -2f, x, mask, y);
            for (var row = 0; row < 3 * rows; row++)
            {
                var line = Enumerable.Range(row * columns, columns).Select(i => (-2.0 * x[i]) + mask[i % mask.Length]).ToArray();
                var expected = row % rows == 1 ? new double[columns] : Reference(line);
                VectorAssert.Close(expected, y.AsSpan(row * columns, columns), $"row {row}", 1e-6);
            }
        }
    }

    private static double[] ReferenceGradient(double[] p, double[] d, double sum) => [.. p.Select((v, i) => v * (d[i] - sum))];

    private static double[] ReferenceLogGradient(double[] l, double[] d, double sum) => [.. l.Select((v, i) => d[i] - (Math.Exp(v) * sum))];

    private static double[] Reference(double[] line)
    {
        var largest = line.DefaultIfEmpty().Max();
        var sum = line.Sum(v => Math.Exp(v - largest));
        return [.. line.Select(v => Math.Exp(v - largest) / sum)];
    }
}
