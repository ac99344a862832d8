using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Cpu.Vector;

namespace OrleansCompute.Tensors.Tests.Kernels.Cpu.Vector;

public sealed class CrossEntropyTests
{
    [Fact]
    public void Rows_ForAnyShapeLevelAndSmoothing_MatchDouble() =>
        Prop.ForAll(AxisDraw.Arbitrary(), VectorArbitrary.Level(), Gen.Elements(0f, 0.1f, 1f).ToArbitrary(), (draw, level, smoothing) =>
        {
            var (rows, classes) = (draw.Outer * draw.Inner, draw.Axis);
            var logits = draw.Values();
            var random = new Random(draw.Seed);
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(5) == 0 ? -100 : random.Next(classes))];
            var gradient = new float[logits.Length];
            var scale = 1f / Math.Max(1, CrossEntropy.CountLabels(labels));

            var loss = CrossEntropy.Rows(level, classes, logits, labels, gradient, scale, smoothing: smoothing);

            var (expectedLoss, expectedGradient) = Reference(classes, logits, labels, scale, smoothing);
            Assert.Equal(expectedLoss, loss, 1e-5 * (1 + Math.Abs(expectedLoss)));
            VectorAssert.Close(expectedGradient, gradient, "gradient");
            Assert.Equal(loss, CrossEntropy.Rows(level, classes, logits, labels, [], scale, smoothing: smoothing));
            CrossEntropy.Rows(level, classes, logits, labels, logits, scale, smoothing: smoothing);
            Assert.Equal(gradient, logits);
        }).Check(VectorArbitrary.Config);

    [Fact]
    public void Rows_WhenALabelIsNoClass_NamesRowValueAndRange()
    {
        var error = Assert.Throws<ArgumentException>(
            () => CrossEntropy.Rows(SimdLevel.Scalar, 3, new float[6], [0, 3], new float[6], 1f));
        Assert.Contains("labels[1] is 3; allowed 0 to 2, or -100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_WhenIgnoreIndexIsAClass_LeavesItsRowsOut()
    {
        var gradient = new float[4];
        var loss = CrossEntropy.Rows(SimdSupport.Best, 2, [5f, 5f, 1f, 1f], [0, 1], gradient, 1f, ignoreIndex: 0);
        Assert.Equal(Math.Log(2), loss, 1e-6);
        Assert.Equal([0f, 0f, 0.5f, -0.5f], gradient);
    }

    private static (double Loss, double[] Gradient) Reference(int classes, float[] logits, int[] labels, double scale, double smoothing)
    {
        var loss = 0.0;
        var gradient = new double[logits.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            if (labels[row] < 0)
            {
                continue;
            }

            var line = logits.Skip(row * classes).Take(classes).Select(v => (double)v).ToArray();
            var log = Math.Log(line.Sum(Math.Exp));
            for (var c = 0; c < classes; c++)
            {
                var target = (smoothing / classes) + (c == labels[row] ? 1 - smoothing : 0);
                loss -= target * (line[c] - log);
                gradient[(row * classes) + c] = scale * (Math.Exp(line[c] - log) - target);
            }
        }

        return (loss, gradient);
    }
}
