using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Graphs.Passes.Patterns;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Patterns;

public sealed class NormalisationPatternPassTests
{
    private static readonly NormalisationPatternPass Pass = new();

    /// <summary>Ways to write the difference from the mean over its deviation.</summary>
    public static TheoryData<string> Forms => ["div", "rsqrt", "reciprocal", "one over", "power", "mul square"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_WhenLayerNormIsWrittenOut_PutsItInPlace(string form)
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            int[] sizes = [random.Next(1, 4), random.Next(1, 4), random.Next(2, 9)];
            var last = random.Next(1, 3);
            var builder = new GraphBuilder();
            var x = builder.AddInput("x", TensorType.Real(sizes));
            var normal = Normal(builder, x, [.. Enumerable.Range(3 - last, last)], form, isCentred: true);
            var scaled = builder.Mul(normal, builder.Random(1, sizes[^last..]));
            var graph = builder.Build(builder.Add(builder.Random(2, sizes[^last..]), scaled));

            var result = PassAssert.Same(graph, Pass);

            var node = Assert.Single(result.Nodes);
            Assert.Equal(-last, Assert.IsType<LayerNormalizationOperator>(node.Operator).Axis);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Run_WhenRmsNormIsWrittenOut_PutsItInPlace(string form)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4, 6));
        var graph = builder.Build(builder.Mul(builder.Random(1, 6), Normal(builder, x, [-1], form, isCentred: false)));

        Assert.IsType<RmsNormalizationOperator>(Assert.Single(PassAssert.Same(graph, Pass).Nodes).Operator);
    }

    [Fact]
    public void Run_WhenWrittenAsTensorFlowDoes_PutsItInPlace()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4, 6));
        var mean = builder.ReduceMean(x, [2], true);
        var variance = builder.ReduceMean(builder.Square(builder.Sub(x, mean)), [2], true);
        var factor = builder.Mul(builder.ReciprocalSqrt(builder.Add(variance, builder.Number(1e-3))), builder.Random(1, 6));
        var graph = builder.Build(builder.Add(builder.Mul(x, factor), builder.Sub(builder.Random(2, 6), builder.Mul(mean, factor))));

        Assert.IsType<LayerNormalizationOperator>(Assert.Single(PassAssert.Same(graph, Pass).Nodes).Operator);
    }

    [Fact]
    public void Run_WhenThereIsNoFactor_UsesOnes()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 6));

        Assert.Single(PassAssert.Same(builder.Build(Normal(builder, x, [1], "div", true)), Pass).Nodes);
    }

    [Fact]
    public void Run_WhenFactorIsAlongRows_KeepsTheFactorApart()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 6));
        var graph = builder.Build(builder.Mul(Normal(builder, x, [1], "div", true), builder.Random(1, 3, 1)));

        var result = PassAssert.Same(graph, Pass);

        Assert.Equal(1, result.Count("LayerNormalization"));
        Assert.Equal(1, result.Count("Mul"));
    }

    [Fact]
    public void Run_WhenAnAxisInTheMiddleIsNormalised_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4, 6));

        PassAssert.Unchanged(builder.Build(Normal(builder, x, [1], "div", true)), Pass);
    }

    [Fact]
    public void Run_WhenSomeoneElseUsesTheVariance_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 6));
        var normal = Normal(builder, x, [1], "div", true);
        var variance = builder.Nodes.Last(node => node.Operator is ReduceOperator).Outputs[0];

        PassAssert.Unchanged(builder.Build(normal, variance), Pass);
        PassAssert.Unchanged(builder.Build(normal, builder.Relu(variance)), Pass);
    }

    [Fact]
    public void Run_WhenTheMeansAreOverOtherDimensions_FindsNoLayerNorm()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4, 6));
        var centred = builder.Sub(x, builder.ReduceMean(x, [1, 2], true));
        var graph = builder.Build(Deviate(builder, centred, [2], "div"));

        Assert.Equal(0, PassAssert.Same(graph, Pass).Count("LayerNormalization"));
    }

    [Fact]
    public void Run_WhenEpsilonIsNotConstant_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 6));
        var epsilon = builder.AddInput("epsilon", TensorType.Real(1));
        var deviation = builder.Sqrt(builder.Add(builder.ReduceMean(builder.Square(x), [1], true), builder.Map(MathFunction.Abs, epsilon)));

        PassAssert.Unchanged(builder.Build(builder.Div(x, deviation)), Pass);
    }

    [Fact]
    public void Recognise_WhenTheBatchIsKnownAtRunTimeOnly_PutsItInPlaceAndKeepsTheGradients()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(Shape.Any, 6));
        var weights = builder.AddParameter("scale", new Shape(6), ParameterInitializer.Ones);
        var graph = GraphOptimiser.Recognise(builder.Build(builder.Mul(Normal(builder, x, [1], "div", true), weights)));

        Assert.IsType<LayerNormalizationOperator>(Assert.Single(graph.Nodes).Operator);
        var training = new GraphBuilder(graph);
        var loss = training.ReduceSum(training.Square(graph.Outputs[0]));
        Assert.All(Autograd.Append(training, loss, [graph.Inputs[0], graph.Parameters[0].Value]), Assert.NotNull);
    }

    private static GraphValue Normal(GraphBuilder builder, GraphValue x, int[] axes, string form, bool isCentred) =>
        Deviate(builder, isCentred ? builder.Sub(x, builder.ReduceMean(x, axes, true)) : x, axes, form);

    private static GraphValue Deviate(GraphBuilder builder, GraphValue x, int[] axes, string form)
    {
        var square = form == "mul square" ? builder.Mul(x, x) : builder.Pow(x, builder.Number(2));
        var sum = builder.Add(builder.ReduceMean(square, axes, true), builder.Number(1e-5));
        return form switch
        {
            "rsqrt" => builder.Mul(x, builder.ReciprocalSqrt(sum)),
            "reciprocal" => builder.Mul(builder.Reciprocal(builder.Sqrt(sum)), x),
            "one over" => builder.Mul(x, builder.Div(builder.Number(1), builder.Sqrt(sum))),
            "power" => builder.Mul(x, builder.Pow(sum, builder.Number(-0.5))),
            _ => builder.Div(x, builder.Sqrt(sum)),
        };
    }
}
