using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes.Patterns;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Patterns;

public sealed class SoftmaxPatternPassTests
{
    private static readonly SoftmaxPatternPass Pass = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(-1, true)]
    [InlineData(2, false)]
    public void Run_WhenWrittenOut_PutsItInPlace(int axis, bool subtractsLargest)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4, 5));
        var exp = builder.Exp(subtractsLargest ? builder.Sub(x, builder.ReduceMax(x, [axis], true)) : x);
        var graph = builder.Build(builder.Div(exp, builder.ReduceSum(exp, [axis], true)));

        var softmax = Assert.IsType<SoftmaxOperator>(Assert.Single(PassAssert.Same(graph, Pass).Nodes).Operator);

        Assert.Equal(axis < 0 ? axis + 3 : axis, softmax.Axis);
    }

    [Fact]
    public void Run_WhenTheLogarithmFollows_BecomesLogSoftmax()
    {
        var builder = new GraphBuilder();
        var graph = builder.Build(builder.Log(builder.Softmax(builder.AddInput("x", TensorType.Real(3, 4)), 1)));

        Assert.IsType<LogSoftmaxOperator>(Assert.Single(PassAssert.Same(graph, Pass).Nodes).Operator);
    }

    [Fact]
    public void Run_WhenTheSumIsOfSomethingElse_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4));
        var exp = builder.Exp(x);

        PassAssert.Unchanged(builder.Build(builder.Div(exp, builder.ReduceSum(builder.Square(x), [1], true))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Div(exp, builder.ReduceSum(exp, [0, 1], true))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Div(exp, builder.ReduceMax(exp, [1], true))), Pass);
    }

    [Fact]
    public void Run_WhenTheExponentialsAreAResult_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var exp = builder.Exp(builder.AddInput("x", TensorType.Real(3, 4)));

        PassAssert.Unchanged(builder.Build(builder.Div(exp, builder.ReduceSum(exp, [1], true)), exp), Pass);
    }

    [Fact]
    public void Run_WhenTheLargestIsAlongAnotherDimension_LeavesTheDifference()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4));
        var exp = builder.Exp(builder.Sub(x, builder.ReduceMax(x, [0], true)));

        var result = PassAssert.Same(builder.Build(builder.Div(exp, builder.ReduceSum(exp, [1], true))), Pass);

        Assert.Equal(["ReduceMax", "Sub", "Softmax"], result.Nodes.Select(node => node.Operator.Name));
    }
}
