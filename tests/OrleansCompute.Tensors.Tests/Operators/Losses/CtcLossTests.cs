using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Losses;

public sealed class CtcLossTests
{
    private const int Classes = 3;

    /// <summary>The sum over every way to write one class per step that gives the labels when repetitions and blanks are dropped.</summary>
    [Theory]
    [InlineData(0, 4, "1")]
    [InlineData(0, 5, "11")]
    [InlineData(0, 5, "121")]
    [InlineData(2, 5, "01")]
    [InlineData(1, 4, "")]
    [InlineData(0, 3, "22")]
    [InlineData(0, 2, "11")]
    public void Apply_ComparedWithTheSumOverAllAlignments_IsEqual(int blank, int steps, string labels)
    {
        var scores = LogProbabilities(steps);
        var expected = -Math.Log(Alignments(steps).Where(path => Collapse(path, blank) == labels).Sum(path => path.Select((c, t) => Math.Exp(scores[(t * Classes) + c])).Aggregate((a, b) => a * b)));
        int[] padded = [.. labels.Select(c => c - '0'), .. Enumerable.Repeat(0, 3 - labels.Length)];
        Tensor[] inputs =
        [
            Tensor.Of<float>(new Shape(steps, 1, Classes), Array.ConvertAll(scores, value => (float)value)), Tensor.Of<int>(new Shape(1, 3), padded),
            Tensor.Vector(steps), Tensor.Vector(labels.Length),
        ];

        using var reference = new ReferenceAccelerator();
        using var processor = new CpuAccelerator();
        var op = new CtcLossOperator(LossReduction.Sum, blank);
        foreach (var accelerator in new IAccelerator[] { reference, processor })
        {
            var loss = new EagerContext(accelerator).Apply(op, inputs)[0].ToDoubles()[0];
            Assert.True(expected.Equals(loss) || Math.Abs(expected - loss) < 1e-5, $"{accelerator.Info.Name}: {loss}, all alignments give {expected}.");
        }
    }

    [Fact]
    public void Apply_WithoutAnyAlignment_IsInfiniteOrZero()
    {
        using var accelerator = new CpuAccelerator();
        var context = new EagerContext(accelerator);
        Tensor[] inputs = [OperatorCase.Normal(1, 2, 1, Classes), Tensor.Of<int>(new Shape(1, 2), [1, 1]), Tensor.Vector(2), Tensor.Vector(2)];

        Assert.Equal(double.PositiveInfinity, context.Apply(new CtcLossOperator(LossReduction.Sum), inputs)[0].ToDoubles()[0]);
        Assert.Equal(0, context.Apply(new CtcLossOperator(LossReduction.Sum, 0, true), inputs)[0].ToDoubles()[0]);
    }

    [Theory]
    [InlineData(0, 3, 1, "label 0 of example 0 is 0")]
    [InlineData(5, 3, 1, "label 0 of example 0 is 5")]
    [InlineData(1, 4, 1, "has 4 steps; allowed: 0 to 3")]
    [InlineData(1, 3, 2, "has 2 labels; allowed: 0 to 1")]
    public void Apply_OutOfRange_IsRefused(int label, int steps, int labels, string message)
    {
        using var accelerator = new CpuAccelerator();
        Tensor[] inputs = [OperatorCase.Normal(1, 3, 1, Classes), Tensor.Of<int>(new Shape(1, 1), [label]), Tensor.Vector(steps), Tensor.Vector(labels)];

        var exception = Assert.Throws<ShapeMismatchException>(() => new EagerContext(accelerator).Apply(new CtcLossOperator(), inputs));

        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    private static double[] LogProbabilities(int steps)
    {
        var random = new Random(steps);
        var scores = new double[steps * Classes];
        for (var t = 0; t < steps; t++)
        {
            double[] weights = [.. Enumerable.Range(0, Classes).Select(_ => 0.1 + random.NextDouble())];
            for (var c = 0; c < Classes; c++)
            {
                // Rounded as the tensor holds it.
                scores[(t * Classes) + c] = (float)Math.Log(weights[c] / weights.Sum());
            }
        }

        return scores;
    }

    private static IEnumerable<int[]> Alignments(int steps) => Enumerable.Range(0, (int)Math.Pow(Classes, steps)).Select(number =>
        Enumerable.Range(0, steps).Select(t => number / (int)Math.Pow(Classes, t) % Classes).ToArray());

    private static string Collapse(int[] path, int blank) =>
        string.Concat(path.Where((c, t) => c != blank && (t == 0 || path[t - 1] != c)).Select(c => (char)('0' + c)));
}
