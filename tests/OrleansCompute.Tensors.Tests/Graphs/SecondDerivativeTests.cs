using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Attention;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs;

/// <summary>The gradient of the gradient's product with a direction, against finite differences of the gradient, in double.</summary>
public sealed class SecondDerivativeTests : IDisposable
{
    private readonly ReferenceAccelerator _accelerator = new();

    public static TheoryData<string> Models => [.. Cases.Keys];

    private static Dictionary<string, (Func<GraphBuilder, GraphValue[], GraphValue> Model, int[][] Shapes)> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["matmul"] = ((b, x) => b.MatMul(x[0], x[1]), [[3, 4], [4, 2]]),
        ["gemm"] = ((b, x) => b.Apply(new GemmOperator(), x[0], x[1], x[2])[0], [[3, 4], [4, 2], [2]]),
        ["convolution"] = ((b, x) => b.Apply(new ConvOperator(new ConvolutionAttributes()), x[0], x[1])[0], [[1, 2, 4, 4], [3, 2, 2, 2]]),
        ["softmax"] = ((b, x) => b.Softmax(x[0]), [[3, 4]]),
        ["log softmax"] = ((b, x) => b.Apply(new LogSoftmaxOperator(), x[0])[0], [[3, 4]]),
        ["gelu"] = ((b, x) => b.Gelu(x[0]), [[3, 4]]),
        ["gelu, tanh"] = ((b, x) => b.Apply(new ActivationOperator(ActivationFunction.GeluTanh), x[0])[0], [[3, 4]]),
        ["silu"] = ((b, x) => b.Apply(new ActivationOperator(ActivationFunction.Silu), x[0])[0], [[3, 4]]),
        ["mish"] = ((b, x) => b.Apply(new ActivationOperator(ActivationFunction.Mish), x[0])[0], [[3, 4]]),
        ["softplus"] = ((b, x) => b.Softplus(x[0]), [[3, 4]]),
        ["leaky relu"] = ((b, x) => b.Apply(new ActivationOperator(ActivationFunction.LeakyRelu, 0.1f), x[0])[0], [[3, 4]]),
        ["layer normalisation"] = ((b, x) => b.LayerNormalization(x[0], x[1], x[2]), [[3, 5], [5], [5]]),
        ["root mean square normalisation"] = ((b, x) => b.Apply(new RmsNormalizationOperator(), x[0], x[1])[0], [[3, 5], [5]]),
        ["attention"] = ((b, x) => b.Attention(x[0], x[1], x[2]), [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 2]]),
        ["attention with shared keys"] = ((b, x) => b.Attention(x[0], x[1], x[2], isCausal: true), [[1, 4, 3, 4], [1, 2, 3, 4], [1, 2, 3, 2]]),
        ["causal attention with a mask"] = ((b, x) => b.Attention(x[0], x[1], x[2], x[3], isCausal: true), [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 2], [3, 3]]),
        ["cross-entropy"] = ((b, x) => b.Apply(new SoftmaxCrossEntropyLossOperator(), x[0], b.Constant(Tensor.Vector(1L, 0, 2)))[0], [[3, 4]]),
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Gradient_OfAGradient_IsThatOfFiniteDifferences(string name)
    {
        var (model, shapes) = Cases[name];
        var builder = new GraphBuilder();
        GraphValue[] inputs = [.. shapes.Select((shape, i) => builder.AddInput($"x{i}", new TensorType(ElementType.Float64, new Shape(shape))))];

        // Squares after the model, so that its gradient depends on its result as well.
        var loss = Sum(builder, builder.Square(model(builder, inputs)));
        var first = Autograd.Append(builder, loss, inputs).Select(gradient => gradient!).ToArray();
        Tensor[] at = [.. shapes.Select((shape, i) => Double(10 + i, shape))], along = [.. shapes.Select((shape, i) => Double(20 + i, shape))];
        var product = first.Zip(along, (gradient, direction) => Sum(builder, builder.Mul(gradient, builder.Constant(direction)))).Aggregate((a, b) => builder.Add(a, b));
        var second = Autograd.Append(builder, product, inputs);
        var graph = builder.Build([.. first, .. second.Select(gradient => gradient!)]);

        var results = Run(graph, at);

        // Five points and a wide step: normalisations and attention keep their statistics in float32, whose rounding a narrow one would
        // multiply a hundred thousand times.
        const double Step = 1e-2;
        double[][][] around = [.. new[] { -2, -1, 1, 2 }.Select(k => Run(graph, Moved(at, along, k * Step)))];
        for (var i = 0; i < shapes.Length; i++)
        {
            for (var k = 0; k < results[i].Length; k++)
            {
                var expected = (around[0][i][k] - (8 * around[1][i][k]) + (8 * around[2][i][k]) - around[3][i][k]) / (12 * Step);
                var actual = results[shapes.Length + i][k];
                Assert.True(Math.Abs(expected - actual) <= 2e-4 * (1 + Math.Abs(expected)), $"{name}, input {i}, element {k}: {actual}, by differences {expected}");
            }
        }
    }

    [Fact]
    public void Gradient_OfAGradientThatHasNone_NamesNodeAndOperator()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 3));
        var y = builder.Apply(new ReduceOperator(Reduction.Prod), [x], "product")[0];
        var gradient = Autograd.Append(builder, y, [x])[0]!;

        var error = Assert.Throws<NotSupportedException>(() => Autograd.Append(builder, Sum(builder, builder.Square(gradient)), [x]));

        Assert.All(["Node", "ReduceProdGradient", "second derivative through ReduceProd"], part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    public void Dispose() => _accelerator.Dispose();

    private static GraphValue Sum(GraphBuilder builder, GraphValue value) => builder.Apply(new ReduceOperator(Reduction.Sum, KeepsDimensions: false), value)[0];

    private static Tensor Double(int seed, int[] sizes) =>
        Tensor.Of<double>(new Shape(sizes), OperatorCase.Normal(seed, sizes).ToDoubles());

    private static Tensor[] Moved(Tensor[] at, Tensor[] along, double step) => [.. at.Zip(along, (x, d) =>
        Tensor.Of<double>(x.Shape, [.. x.ToDoubles().Zip(d.ToDoubles(), (a, b) => a + (step * b))]))];

    private double[][] Run(Graph graph, Tensor[] inputs) => [.. new GraphInterpreter(_accelerator).Run(graph, inputs).Select(tensor => tensor.ToDoubles())];
}
