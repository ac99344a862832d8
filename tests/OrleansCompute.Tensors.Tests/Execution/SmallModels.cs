using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Execution;

/// <summary>Models small enough for the reference kernels, with the operators of the large ones.</summary>
internal static class SmallModels
{
    /// <summary>Two convolutions with Relu and max-pooling, two dense layers; images [N, 1, 12, 12], 5 classes.</summary>
    public static Graph Cnn()
    {
        var builder = new GraphBuilder();
        var value = builder.AddInput("x", TensorType.Real(Shape.Any, 1, 12, 12));
        value = Convolution(builder, value, 4, 1);
        value = Convolution(builder, value, 6, 4);
        value = builder.Apply(new FlattenOperator(), [value], "flat")[0];
        value = builder.Apply(new ReluOperator(), [Dense(builder, value, 54, 16)], "hidden")[0];
        return builder.Build(Dense(builder, value, 16, 5));
    }

    /// <summary>An embedding and a dense layer by MatMul and Add: tokens int32 [N, 7], vocabulary of 11.</summary>
    public static Graph Tokens()
    {
        var builder = new GraphBuilder();
        var tokens = builder.AddInput("tokens", new TensorType(ElementType.Int32, new Shape(Shape.Any, 7)));
        var table = builder.AddParameter("table", new Shape(11, 8), ParameterInitializer.UnitNormal);
        var embedded = builder.Apply(new GatherOperator(), table, tokens)[0];
        var weights = builder.AddParameter("weights", new Shape(8, 11), ParameterInitializer.Glorot);
        var bias = builder.AddParameter("bias", new Shape(11), ParameterInitializer.Normal);
        return builder.Build(builder.Apply(new AddOperator(), builder.Apply(new MatMulOperator(), embedded, weights)[0], bias)[0]);
    }

    private static GraphValue Convolution(GraphBuilder builder, GraphValue value, int filters, int channels)
    {
        var weights = builder.AddParameter($"w{filters}", new Shape(filters, channels, 3, 3), ParameterInitializer.He);
        var bias = builder.AddParameter($"b{filters}", new Shape(filters), ParameterInitializer.Normal);
        var options = new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Create([1, 1, 1, 1])));
        var relu = builder.Apply(new ReluOperator(), builder.Apply(new ConvOperator(options), value, weights, bias)[0])[0];
        var window = new WindowAttributes(IntList.Create([2, 2]), IntList.Create([2, 2]));
        return builder.Apply(new MaxPoolOperator(new PoolAttributes(window)), [relu], $"pool{filters}")[0];
    }

    private static GraphValue Dense(GraphBuilder builder, GraphValue value, int inputs, int units) => builder.Apply(
        new GemmOperator(),
        value,
        builder.AddParameter($"dense{units}", new Shape(inputs, units), ParameterInitializer.Glorot),
        builder.AddParameter($"dense{units}.bias", new Shape(units), ParameterInitializer.Normal))[0];
}
