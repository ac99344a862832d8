using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Quantised;

/// <summary>The passes of <see cref="GraphOptimiser.Quantised"/> together: each leaves what the next one finds.</summary>
public sealed class QuantisedPassesTests
{
    private static readonly ConvolutionAttributes Same3 = new(new WindowAttributes(Pads: IntList.Create([1, 1, 1, 1])));

    [Theory]
    [InlineData(ElementType.UInt8, 0, "relu")]
    [InlineData(ElementType.UInt8, 117, "none")]
    [InlineData(ElementType.Int8, -128, "relu")]
    [InlineData(ElementType.Int8, 3, "none")]
    [InlineData(ElementType.UInt8, 0, "clip")]
    public void Run_WhenAConvolutionIsQuantised_LeavesOneOnBytes(ElementType type, int zero, string clamp)
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder, type, true);
        map = clamp == "relu" ? builder.Relu(map) : clamp == "clip" ? builder.Clip(map, 0, 6) : map;
        var graph = builder.Build(builder.Dequantise(builder.Quantise(map, 6 / 255.0, zero, type), 6 / 255.0, zero, type));

        var result = QuantisedModels.Close(graph, 6 / 255.0);

        Assert.Equal(["QuantizeLinear", "QLinearConv", "DequantizeLinear"], result.Nodes.Select(node => node.Operator.Name));
    }

    [Theory]
    [InlineData(ElementType.UInt8, 100, "relu")]
    [InlineData(ElementType.UInt8, 0, "clip low")]
    public void Run_WhenTheClampIsNotSaturation_LeavesTheConvolution(ElementType type, int zero, string clamp)
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder, type, false);
        map = clamp == "relu" ? builder.Relu(map) : builder.Clip(map, 0, 3);
        var result = QuantisedModels.Close(builder.Build(builder.Dequantise(builder.Quantise(map, 6 / 255.0, zero, type), 6 / 255.0, zero, type)), 6 / 255.0);

        Assert.Equal(0, result.Count("QLinearConv"));
        Assert.Equal(1, result.Count("ConvInteger"));
    }

    [Theory]
    [InlineData("matmul")]
    [InlineData("matmul add")]
    [InlineData("gemm")]
    [InlineData("gemm turned")]
    [InlineData("transposed weights")]
    public void Run_WhenAProductIsQuantised_LeavesOneOnBytes(string form)
    {
        var builder = new GraphBuilder();
        var isMatrix = form.StartsWith("gemm", StringComparison.Ordinal);
        var x = Bytes(builder, ElementType.UInt8, isMatrix ? [5, 12] : [2, 3, 12]);
        var y = form switch
        {
            "gemm" => builder.Apply(new GemmOperator(), x, builder.Weights(3, 1, 12, 7), builder.Random(4, 7))[0],
            "gemm turned" => builder.Apply(new GemmOperator(TransposesRight: true), x, builder.Weights(3, 0, 7, 12), builder.Random(4, 7))[0],
            "transposed weights" => builder.MatMul(x, builder.Transpose(builder.Weights(3, 0, 7, 12), 1, 0)),
            "matmul add" => builder.Add(builder.Random(4, 7), builder.MatMul(x, builder.Weights(3, 1, 12, 7))),
            _ => builder.MatMul(x, builder.Weights(3, 1, 12, 7)),
        };

        var result = QuantisedModels.Close(builder.Build(builder.Dequantise(builder.Quantise(builder.Relu(y), 0.02, 0), 0.02, 0)), 0.02);

        Assert.Equal(1, result.Count("QLinearConv"));
        Assert.Equal(0, result.Count("MatMul") + result.Count("Gemm") + result.Count("Add") + result.Count("Relu"));
        QuantisedModels.Close(builder.Build(y), 1e-3);
        Assert.Equal(1, GraphOptimiser.Run(builder.Build(y), GraphOptimiser.Quantised).Count("MatMulInteger"));
    }

    [Fact]
    public void Run_WhenElementsAreMovedBetweenLayers_MovesBytes()
    {
        var builder = new GraphBuilder();
        var map = builder.Dequantise(builder.Quantise(builder.Relu(Convolution(builder, ElementType.UInt8, true)), 0.02, 0), 0.02, 0);
        var pooled = builder.MaxPool(map, new WindowAttributes(IntList.Create([2, 2]), IntList.Create([2, 2])));
        pooled = builder.Dequantise(builder.Quantise(pooled, 0.02, 0), 0.02, 0);
        var joined = builder.Apply(new ConcatOperator(1), pooled, pooled)[0];
        var flat = builder.Transpose(builder.Flatten(joined), 1, 0);
        var graph = builder.Build(builder.Dequantise(builder.Quantise(flat, 0.02, 0), 0.02, 0));

        var result = QuantisedModels.Close(graph, 0.02);

        Assert.Equal(["QuantizeLinear", "QLinearConv", "MaxPool", "Concat", "Flatten", "Transpose", "DequantizeLinear"], result.Nodes.Select(node => node.Operator.Name));
    }

    [Fact]
    public void Run_WhenScalesDiffer_QuantisesAgain()
    {
        var builder = new GraphBuilder();
        var x = Bytes(builder, ElementType.UInt8, [2, 6]);
        var graph = builder.Build(builder.Quantise(builder.Apply(new FlattenOperator(), x)[0], 0.03, 5));

        Assert.Equal(["QuantizeLinear", "Flatten", "DequantizeLinear", "QuantizeLinear"], QuantisedModels.Close(graph, 1).Nodes.Select(node => node.Operator.Name));
    }

    [Fact]
    public void Run_WhenSomeoneElseUsesTheFloatResult_KeepsIt()
    {
        var builder = new GraphBuilder();
        var map = Convolution(builder, ElementType.UInt8, true);
        var result = QuantisedModels.Close(builder.Build(builder.Dequantise(builder.Quantise(map, 0.02, 90), 0.02, 90), map), 0.02);

        Assert.Equal(0, result.Count("QLinearConv"));
    }

    [Fact]
    public void Run_WhenAScaleIsNotConstantOrAlongAnotherDimension_ChangesNothing()
    {
        var builder = new GraphBuilder();
        var codes = builder.AddInput("codes", new TensorType(ElementType.UInt8, new Shape(1, 2, 4, 4)));
        var scale = builder.AddInput("scale", TensorType.Real(1));
        var dynamic = builder.Apply(new DequantizeLinearOperator(), codes, scale)[0];
        var weights = builder.Weights(1, 1, 3, 2, 3, 3);
        var fixedScale = builder.Dequantise(codes, 0.02, 3);
        GraphValue Conv(GraphValue x, GraphValue w) => builder.Quantise(builder.Apply(new ConvOperator(Same3), x, w)[0], 0.05, 128);

        Assert.Equal(0, Run(builder.Build(Conv(dynamic, builder.Weights(1, 0, 3, 2, 3, 3)))).Count("QLinearConv"));
        Assert.Equal(0, Run(builder.Build(Conv(fixedScale, weights))).Count("QLinearConv"));
        Assert.Equal(1, Run(builder.Build(Conv(fixedScale, builder.Weights(1, 0, 3, 2, 3, 3)))).Count("QLinearConv"));
    }

    [Theory]
    [InlineData(128)]
    [InlineData(100)]
    public void Run_WhenWeightsAreUnsigned_SignsThemWhereTheyFit(int zero)
    {
        var random = new Random(zero);
        var builder = new GraphBuilder();
        var x = builder.Quantise(builder.AddInput("x", TensorType.Real(2, 6)), 0.02, 128);
        var codes = Enumerable.Range(0, 30).Select(_ => (byte)random.Next(0, 200)).ToArray();
        var weights = builder.Constant(Tensor.Of<byte>(new Shape(6, 5), codes));
        GraphValue zeroX = builder.Constant(Tensor.Scalar((byte)128)), zeroW = builder.Constant(Tensor.Scalar((byte)zero));
        var integer = builder.Apply(new MatMulIntegerOperator(), x, weights, zeroX, zeroW)[0];
        var linear = builder.Apply(new QLinearMatMulOperator(), x, builder.Number(0.02), zeroX, weights, builder.Number(0.01), zeroW, builder.Number(0.05), zeroX)[0];

        var result = PassAssert.Same(builder.Build(integer, linear), GraphOptimiser.Quantised);

        Assert.Equal(1, result.Count("QLinearConv"));
        var product = result.Nodes.Single(node => node.Operator is MatMulIntegerOperator);
        Assert.Equal(ElementType.Int8, product.Inputs[1]!.Type.ElementType);
        Assert.Equal(0, product.Inputs[3]!.Constant!.ToDoubles()[0]);
    }

    [Fact]
    public void Run_WhenUnsignedWeightsDoNotFit_LeavesThem()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", new TensorType(ElementType.UInt8, new Shape(2, 3)));
        var weights = builder.Constant(Tensor.Of<byte>(new Shape(3, 1), [0, 255, 3]));

        PassAssert.Unchanged(builder.Build(builder.Apply(new MatMulIntegerOperator(), x, weights)[0]), GraphOptimiser.Quantised[0]);
    }

    private static Graph Run(Graph graph) => GraphOptimiser.Run(graph, GraphOptimiser.Quantised);

    private static GraphValue Bytes(GraphBuilder builder, ElementType type, int[] sizes) =>
        builder.Dequantise(builder.Quantise(builder.AddInput("x", TensorType.Real(sizes)), 0.02, type == ElementType.UInt8 ? 120 : -7, type), 0.02, type == ElementType.UInt8 ? 120 : -7, type);

    private static GraphValue Convolution(GraphBuilder builder, ElementType type, bool hasBias)
    {
        var x = Bytes(builder, type, [2, 3, 6, 6]);
        var weights = builder.Weights(5, 0, 4, 3, 3, 3);
        return builder.Apply(new ConvOperator(Same3), hasBias ? [x, weights, builder.Random(6, 4)] : [x, weights])[0];
    }
}
