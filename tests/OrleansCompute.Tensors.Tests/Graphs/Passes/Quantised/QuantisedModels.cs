using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes.Quantised;

/// <summary>Parts of models in QuantizeLinear/DequantizeLinear form, as exporters write them.</summary>
internal static class QuantisedModels
{
    public static GraphValue Quantise(this GraphBuilder builder, GraphValue value, double scale, int zero, ElementType type = ElementType.UInt8) =>
        builder.Apply(new QuantizeLinearOperator(), value, builder.Number(scale), Zero(builder, zero, type))[0];

    public static GraphValue Dequantise(this GraphBuilder builder, GraphValue value, double scale, int zero, ElementType type = ElementType.UInt8) =>
        builder.Apply(new DequantizeLinearOperator(), value, builder.Number(scale), Zero(builder, zero, type))[0];

    /// <summary>Random constant weights, quantised along a dimension.</summary>
    public static GraphValue Weights(this GraphBuilder builder, int seed, int axis, params int[] sizes)
    {
        var random = new Random(seed);
        var shape = new Shape(sizes);
        var codes = Enumerable.Range(0, shape.Elements).Select(_ => (sbyte)random.Next(-127, 128)).ToArray();
        var scales = Enumerable.Range(0, sizes[axis]).Select(_ => 0.004f + (0.004f * random.NextSingle())).ToArray();
        return builder.Apply(
            new DequantizeLinearOperator(axis), builder.Constant(Tensor.Of<sbyte>(shape, codes)), builder.Constant(Tensor.Vector<float>(scales)), builder.Constant(Tensor.Vector<sbyte>(new sbyte[sizes[axis]])))[0];
    }

    /// <summary>Runs the passes and checks that results are within some quanta.</summary>
    public static Graph Close(Graph graph, double quantum)
    {
        var result = GraphOptimiser.Run(graph, [.. GraphOptimiser.General, .. GraphOptimiser.Quantised]);
        var (expected, actual) = (RandomGraphs.Run(graph), RandomGraphs.Run(result));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Length, actual[i].Length);
            Assert.All(expected[i].Zip(actual[i]), pair => Assert.InRange(pair.Second, pair.First - (quantum * 1.001), pair.First + (quantum * 1.001)));
            Assert.InRange(expected[i].Zip(actual[i]).Count(pair => Math.Abs(pair.First - pair.Second) > quantum / 2), 0, expected[i].Length / 10);
        }

        return result;
    }

    private static GraphValue Zero(GraphBuilder builder, int zero, ElementType type) =>
        builder.Constant(type == ElementType.UInt8 ? Tensor.Scalar((byte)zero) : Tensor.Scalar((sbyte)zero));
}
