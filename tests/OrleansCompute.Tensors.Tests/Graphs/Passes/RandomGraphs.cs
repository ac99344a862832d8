using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

/// <summary>Static graphs drawn from a seed, with the shapes and repetitions that passes look for, and what they compute.</summary>
internal static class RandomGraphs
{
    /// <summary>Seeds of graphs; a failing one is printed and drawn again by its number.</summary>
    public static Arbitrary<int> Seeds { get; } = ArbMap.Default.ArbFor<int>();

    public static Graph Draw(int seed, int nodes = 24)
    {
        var random = new Random(seed);
        var builder = new GraphBuilder();
        var values = new List<GraphValue>
        {
            builder.AddInput("x", TensorType.Real(3, 4, 5)),
            builder.AddInput("row", TensorType.Real(5)),
            builder.AddInput("column", TensorType.Real(4, 1)),
            builder.Constant(Tensor.Scalar(random.Next(2) == 0 ? 0f : 1f)),
            builder.Constant(OperatorCase.Normal(seed & 0xFFFF, 4, 5)),
        };
        for (var i = 0; i < nodes; i++)
        {
            values.AddRange(Next(builder, values, random));
        }

        // Some values in the middle are results as well: they may not disappear.
        return builder.Build([values[^1], values[random.Next(3, values.Count)], values[random.Next(3, values.Count)]]);
    }

    public static double[][] Run(Graph graph)
    {
        using var reference = new ReferenceAccelerator();
        return [.. new GraphInterpreter(reference).Run(graph, Inputs(graph)).Select(HostElements.Reals)];
    }

    public static Tensor[] Inputs(Graph graph) => [.. graph.Inputs.Select((input, i) => OperatorCase.Normal(100 + i, input.Type.Shape.ToArray()))];

    public static void AssertSame(Graph expected, Graph actual)
    {
        Assert.Equal(expected.Inputs.Select(value => value.Name), actual.Inputs.Select(value => value.Name));
        Assert.Equal(expected.Outputs.Select(value => (value.Name, value.Type)), actual.Outputs.Select(value => (value.Name, value.Type)));
        AssertClose(Run(expected), Run(actual));
    }

    public static void AssertClose(double[][] expected, double[][] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            for (var j = 0; j < expected[i].Length; j++)
            {
                var close = Math.Abs(expected[i][j] - actual[i][j]) <= 1e-4 * (1 + Math.Abs(expected[i][j])) || expected[i][j].Equals(actual[i][j]);
                Assert.True(close, $"Output {i}, element {j}: {actual[i][j]} for {expected[i][j]}.");
            }
        }
    }

    private static IReadOnlyList<GraphValue> Next(GraphBuilder builder, List<GraphValue> values, Random random)
    {
        GraphValue Pick() => values[random.Next(random.Next(2) == 0 ? 0 : Math.Max(0, values.Count - 4), values.Count)];
        var value = Pick();
        var shape = value.Type.Shape;
        switch (random.Next(9))
        {
            case 0:
                return builder.Apply(new ActivationOperator((ActivationFunction)random.Next(2)), value);
            case 1:
                return builder.Apply(new ReluOperator(), value);
            case 2:
                return builder.Apply(new MathOperator(MathFunction.Neg), value);
            case 3:
                return builder.Apply(TransposeTo(shape, random), value);
            case 4:
                return builder.Apply(new ViewOperator(random.Next(2) == 0 ? new Shape(shape.Elements) : shape.Rank > 0 ? new Shape([1, .. shape.Dimensions]) : shape), value);
            case 5 when shape.Rank is > 0 and < 5:
                return builder.Apply(new SumToOperator(shape.With(random.Next(shape.Rank), 1)), value);
            default:
                for (var attempt = 0; attempt < 8; attempt++)
                {
                    var other = Pick();
                    if (Fits(shape, other.Type.Shape))
                    {
                        Operator binary = random.Next(3) switch { 0 => new AddOperator(), 1 => new MulOperator(), _ => new SubOperator() };
                        return builder.Apply(binary, value, other);
                    }
                }

                return builder.Apply(new IdentityOperator(), value);
        }
    }

    private static TransposeOperator TransposeTo(Shape shape, Random random)
    {
        var order = Enumerable.Range(0, shape.Rank).ToArray();
        random.Shuffle(order);
        return new TransposeOperator(IntList.Create(order));
    }

    private static bool Fits(Shape a, Shape b)
    {
        try
        {
            return Broadcasting.Common(a, b, "test") is { Elements: <= 600, Rank: <= 5 };
        }
        catch (ShapeMismatchException)
        {
            return false;
        }
    }
}
