using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Tests.Operators;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

public sealed class ChannelsLastPassTests
{
    [Fact]
    public void Optimise_OfAResNet_TransposesItsInputOnly()
    {
        var builder = new GraphBuilder();
        var x = builder.Relu(Norm(builder, Conv(builder, builder.AddInput("x", TensorType.Real(2, 3, 12, 12)), 8, 5, 2)));
        x = builder.Apply(new MaxPoolOperator(new PoolAttributes(Window(3, 2, 1))), x)[0];
        foreach (var (filters, stride) in new[] { (8, 1), (16, 2) })
        {
            var y = builder.Relu(Norm(builder, Conv(builder, x, filters, 3, stride)));
            y = Norm(builder, Conv(builder, y, filters, 3, 1));
            x = builder.Relu(builder.Add(y, stride == 1 ? x : Norm(builder, Conv(builder, x, filters, 1, stride))));
        }

        var graph = builder.Build(builder.Flatten(builder.GlobalAveragePool(x)));

        AssertTransposes(graph, 1);
    }

    [Fact]
    public void Optimise_OfAMobileNetWithGates_TransposesItsInputOnly()
    {
        var builder = new GraphBuilder();
        var x = builder.Clip(Norm(builder, Conv(builder, builder.AddInput("x", TensorType.Real(2, 3, 8, 8)), 8, 3, 2)), 0, 6);
        var y = builder.HardSwish(Norm(builder, Conv(builder, x, 16, 1, 1)));
        y = builder.HardSwish(Norm(builder, Conv(builder, y, 16, 3, 1, 16)));
        var gate = builder.Relu(Conv(builder, builder.GlobalAveragePool(y), 4, 1, 1));
        y = builder.Mul(y, builder.Activate(ActivationFunction.HardSigmoid, Conv(builder, gate, 16, 1, 1), 1 / 6f, 0.5f));
        x = builder.Add(x, Norm(builder, Conv(builder, y, 8, 1, 1)));

        AssertTransposes(builder.Build(builder.ReduceMean(x, [2, 3])), 1);
    }

    [Fact]
    public void Optimise_OfAUNet_TransposesItsInputAndItsOutputOnly()
    {
        var builder = new GraphBuilder();
        var a = builder.Relu(Norm(builder, Conv(builder, builder.AddInput("x", TensorType.Real(2, 3, 8, 8)), 4, 3, 1)));
        var b = builder.Relu(Conv(builder, builder.Apply(new AveragePoolOperator(new PoolAttributes(Window(2, 2, 0))), a)[0], 6, 3, 1));
        var up = new ConvTransposeOperator(new ConvTransposeAttributes(new ConvolutionAttributes(new WindowAttributes(Strides: IntList.Create([2, 2])))));
        var c = builder.Apply(up, b, builder.Random(31, 6, 4, 2, 2), builder.Random(32, 4))[0];
        var d = builder.Apply(new ResizeOperator(new ResizeOptions()), b, null, builder.Constant(Tensor.Vector<float>(1, 1, 2, 2)), null)[0];
        var joined = builder.Concat(1, c, a, d);
        joined = builder.Pad(joined, 0, 0, 1, 1, 0, 0, 1, 1);
        joined = builder.Slice(joined, 2, 1, 9);
        joined = builder.Softmax(Conv(builder, builder.Relu(joined), 5, 3, 1), 1);

        AssertTransposes(builder.Build(joined), 2);
    }

    [Theory]
    [InlineData(1, 1, 0, 0, 1)]
    [InlineData(2, 2, 1, 1, 1)]
    [InlineData(3, 2, 1, 0, 2)]
    public void Run_OfTransposedConvolutions_ComputesTheSame(int kernel, int stride, int pad, int extra, int groups)
    {
        var builder = new GraphBuilder();
        var window = new WindowAttributes(Strides: IntList.Create([stride, stride]), Pads: IntList.Create([pad, pad, pad, pad]));
        var options = new ConvTransposeAttributes(new ConvolutionAttributes(window, groups), extra == 0 ? null : IntList.Create([extra, extra]));
        var x = builder.AddInput("x", TensorType.Real(2, 4, 5, 6));
        var graph = builder.Build(builder.Apply(new ConvTransposeOperator(options), x, builder.Random(1, 4, 3, kernel, kernel), builder.Random(2, 3 * groups))[0]);

        Assert.InRange(PassAssert.Same(graph, new ChannelsLastPass()).Count("ConvTranspose"), 0, stride > kernel ? 1 : 0);
    }

    [Fact]
    public void Run_WhenAnInputIsRepeatedAlongRows_KeepsTheOrder()
    {
        var builder = new GraphBuilder();
        var map = Conv(builder, builder.AddInput("x", TensorType.Real(2, 3, 4, 5)), 4, 3, 1);
        var graph = builder.Build(builder.Add(map, builder.Random(3, 5)), builder.ReduceSum(map, [2]), builder.ReduceMax(map, [1, 3], true));

        PassAssert.Same(graph, [.. GraphOptimiser.General, new ChannelsLastPass()]);
    }

    private static void AssertTransposes(Graph graph, int most)
    {
        using var cpu = new CpuAccelerator();
        var optimised = GraphOptimiser.Optimise(graph, cpu);
        RandomGraphs.AssertSame(graph, optimised);
        Assert.InRange(optimised.Count("Transpose"), 0, most);
        Assert.Equal(0, optimised.Count("BatchNormalization"));
    }

    private static WindowAttributes Window(int size, int stride, int pad) =>
        new(IntList.Create([size, size]), IntList.Create([stride, stride]), IntList.Create([pad, pad, pad, pad]));

    private static GraphValue Conv(GraphBuilder builder, GraphValue x, int filters, int kernel, int stride, int groups = 1)
    {
        int channels = x.Type.Shape[1], pad = kernel / 2;
        var window = new WindowAttributes(Strides: IntList.Create([stride, stride]), Pads: IntList.Create([pad, pad, pad, pad]));
        var weights = OperatorCase.Uniform(filters + kernel, -0.3, 0.3, filters, channels / groups, kernel, kernel);
        return builder.Apply(new ConvOperator(new ConvolutionAttributes(window, groups)), x, builder.Constant(weights), builder.Random(filters, filters))[0];
    }

    private static GraphValue Norm(GraphBuilder builder, GraphValue x)
    {
        var channels = x.Type.Shape[1];
        return builder.Apply(
            new BatchNormalizationOperator(), x, builder.Random(21, channels), builder.Random(22, channels), builder.Random(23, channels), builder.Constant(OperatorCase.Uniform(24, 0.5, 2, channels)))[0];
    }
}
