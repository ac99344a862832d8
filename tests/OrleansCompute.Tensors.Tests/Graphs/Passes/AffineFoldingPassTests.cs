using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

public sealed class AffineFoldingPassTests
{
    private static readonly AffineFoldingPass Pass = new();

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    public void Run_WhenBatchNormalizationFollowsConv_LeavesTheConvolution(int groups, bool hasBias)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 4, 5, 6));
        var conv = new ConvOperator(new ConvolutionAttributes(new WindowAttributes(), groups));
        var weights = builder.Random(1, 8, 4 / groups, 3, 2);
        var map = builder.Apply(conv, hasBias ? [x, weights, builder.Random(2, 8)] : [x, weights])[0];

        Assert.IsType<ConvOperator>(Assert.Single(PassAssert.Same(builder.Build(Norm(builder, map, 8)), Pass).Nodes).Operator);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Run_WhenBatchNormalizationFollowsConvTranspose_LeavesTheConvolution(int groups, bool hasBias)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 4, 5, 6));
        var conv = new ConvTransposeOperator(new ConvTransposeAttributes(new ConvolutionAttributes(new WindowAttributes(Strides: IntList.Create([2, 1])), groups)));
        var weights = builder.Random(1, 4, 3, 3, 2);
        var map = builder.Apply(conv, hasBias ? [x, weights, builder.Random(2, 3 * groups)] : [x, weights])[0];

        Assert.IsType<ConvTransposeOperator>(Assert.Single(PassAssert.Same(builder.Build(Norm(builder, map, 3 * groups)), Pass).Nodes).Operator);
    }

    [Theory]
    [InlineData(false, 1, 1)]
    [InlineData(true, 0.5f, 2)]
    [InlineData(true, 1, 0)]
    public void Run_WhenBatchNormalizationFollowsGemm_LeavesTheProduct(bool isTransposed, float alpha, float beta)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3, 4));
        var weights = isTransposed ? builder.Random(1, 5, 4) : builder.Random(1, 4, 5);
        var product = builder.Apply(new GemmOperator(alpha, beta, false, isTransposed), x, weights, builder.Random(2, 5))[0];

        Assert.IsType<GemmOperator>(Assert.Single(PassAssert.Same(builder.Build(Norm(builder, product, 5)), Pass).Nodes).Operator);
    }

    [Fact]
    public void Run_WhenFactorsFollowMatMulAndSum_LeavesBoth()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 3, 4));
        var sum = builder.Add(builder.MatMul(x, builder.Random(1, 4, 5)), builder.Random(2, 5));
        var graph = builder.Build(builder.Add(builder.Div(builder.Mul(sum, builder.Random(3, 5)), builder.Number(3)), builder.Random(4, 1, 5)));

        Assert.Equal(["MatMul", "Add"], PassAssert.Same(graph, Pass).Nodes.Select(node => node.Operator.Name));
    }

    [Fact]
    public void Run_WhenMatMulIsNormalised_BecomesProductAndSum()
    {
        var builder = new GraphBuilder();
        var product = builder.MatMul(builder.AddInput("x", TensorType.Real(3, 4)), builder.Random(1, 4, 5));

        Assert.Equal(["MatMul", "Add"], PassAssert.Same(builder.Build(Norm(builder, product, 5)), Pass).Nodes.Select(node => node.Operator.Name));
    }

    [Theory]
    [InlineData("add")]
    [InlineData("sub")]
    [InlineData("sub from")]
    [InlineData("mul")]
    [InlineData("div")]
    [InlineData("affine")]
    public void Run_WhenConstantsPerChannelFollowConv_LeavesTheConvolution(string form)
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder);
        GraphValue row = builder.Random(5, 3, 1, 1);
        var graph = builder.Build(form switch
        {
            "add" => builder.Add(row, map),
            "sub" => builder.Sub(map, row),
            "sub from" => builder.Sub(row, map),
            "mul" => builder.Mul(map, row),
            "div" => builder.Div(map, row),
            _ => builder.Affine(map, 0.3, -2),
        });

        Assert.IsType<ConvOperator>(Assert.Single(PassAssert.Same(graph, Pass).Nodes).Operator);
    }

    [Fact]
    public void Run_WhenThereIsNothingBeforeBatchNormalization_WritesFactorAndOffset()
    {
        var builder = new GraphBuilder();
        var graph = builder.Build(Norm(builder, builder.AddInput("x", TensorType.Real(2, 3, 4, 5)), 3));

        Assert.Equal(["Mul", "Add"], PassAssert.Same(graph, Pass).Nodes.Select(node => node.Operator.Name));
    }

    [Fact]
    public void Run_WhenTheConvolutionHasOtherUsers_LeavesIt()
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder);

        PassAssert.Unchanged(builder.Build(builder.Mul(map, builder.Random(5, 3, 1, 1)), map), Pass);
        PassAssert.Unchanged(builder.Build(builder.Mul(map, builder.Random(5, 3, 1, 1)), builder.Relu(map)), Pass);
    }

    [Fact]
    public void Run_WhenTheConstantsAreAlongAnotherDimension_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder);

        PassAssert.Unchanged(builder.Build(builder.Mul(map, builder.Random(5, 4))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Mul(map, builder.Random(5, 3, 3, 1))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Add(map, builder.Random(5, 2, 1, 1, 1))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Mul(map, builder.AddInput("factor", TensorType.Real(3, 1, 1)))), Pass);
        PassAssert.Unchanged(builder.Build(builder.Div(builder.Number(1), map)), Pass);
    }

    [Fact]
    public void Run_WhenTheWeightsAreTrained_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(2, 4, 5, 6));
        var weights = builder.AddParameter("weights", new Shape(3, 4, 3, 3), ParameterInitializer.He);
        var map = builder.Apply(new ConvOperator(new ConvolutionAttributes()), x, weights)[0];

        var graph = builder.Build(builder.Mul(map, builder.Random(5, 3, 1, 1)));

        PassAssert.Unchanged(graph, Pass);
        Assert.Single(PassAssert.Same(ParameterFreezer.Freeze(graph, graph.CreateParameters(new Random(1))), Pass).Nodes);
    }

    [Fact]
    public void Run_WhenBatchNormalizationTrains_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder);
        var norm = builder.Apply(
            new BatchNormalizationOperator(IsTraining: true), map, builder.Random(1, 3), builder.Random(2, 3), builder.Random(3, 3), builder.Constant(OperatorCase.Uniform(4, 0.5, 2, 3)))[0];

        PassAssert.Unchanged(builder.Build(norm), Pass);
    }

    private static GraphValue Convolution(GraphBuilder builder) => builder.Apply(
        new ConvOperator(new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Create([1, 1, 1, 1])))),
        builder.AddInput("x", TensorType.Real(2, 2, 3, 4)),
        builder.Random(1, 3, 2, 3, 3),
        builder.Random(2, 3))[0];

    private static GraphValue Norm(GraphBuilder builder, GraphValue value, int channels) => builder.Apply(
        new BatchNormalizationOperator(1e-3f),
        value,
        builder.Random(11, channels),
        builder.Random(12, channels),
        builder.Random(13, channels),
        builder.Constant(OperatorCase.Uniform(14, 0.5, 2, channels)))[0];
}
