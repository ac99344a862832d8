using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Graphs.Passes;

public sealed class ActivationFusionPassTests
{
    private static readonly IGraphPass[] Passes = [new AlgebraicPass(), new ChannelsLastPass(), new ActivationFusionPass()];

    [Theory]
    [InlineData(FusedActivation.Relu)]
    [InlineData(FusedActivation.Relu6)]
    [InlineData(FusedActivation.HardSwish)]
    [InlineData(FusedActivation.HardSigmoid)]
    [InlineData(FusedActivation.Silu)]
    public void Run_WhenAConvolutionIsFollowedByIt_LetsTheConvolutionApplyIt(FusedActivation activation)
    {
        var builder = new GraphBuilder();
        var y = Convolution(builder);
        var result = activation switch
        {
            FusedActivation.Relu6 => builder.Clip(y, 0, 6),
            FusedActivation.HardSwish => builder.HardSwish(y),
            FusedActivation.HardSigmoid => builder.Activate(ActivationFunction.HardSigmoid, y, 0.16666667f, 0.5f),
            FusedActivation.Silu => builder.Silu(y),
            _ => builder.Relu(y),
        };

        var graph = PassAssert.Same(builder.Build(result), Passes);

        Assert.Equal(activation, Assert.Single(graph.Nodes.Select(node => node.Operator).OfType<ConvLastOperator>()).Activation);
        Assert.DoesNotContain(graph.Nodes, node => node.Operator is ClipOperator or ActivationOperator);
    }

    [Theory]
    [InlineData(0f, 5f)]
    [InlineData(-1f, 6f)]
    [InlineData(0f, null)]
    public void Run_WhenItClipsToOtherBounds_LeavesThem(float? low, float? high)
    {
        var builder = new GraphBuilder();

        var graph = PassAssert.Same(builder.Build(builder.Clip(Convolution(builder), low, high)), Passes);

        Assert.Equal(FusedActivation.None, Assert.Single(graph.Nodes.Select(node => node.Operator).OfType<ConvLastOperator>()).Activation);
        Assert.Equal(1, graph.Count("Clip"));
    }

    [Theory]
    [InlineData(0.1666663f)]
    [InlineData(0.16666669f)]
    public void Run_WhenTheSlopeIsOnlyNearASixth_LeavesIt(float slope)
    {
        var builder = new GraphBuilder();

        var graph = PassAssert.Same(builder.Build(builder.Activate(ActivationFunction.HardSigmoid, Convolution(builder), slope, 0.5f)), Passes);

        Assert.Equal(FusedActivation.None, Assert.Single(graph.Nodes.Select(node => node.Operator).OfType<ConvLastOperator>()).Activation);
    }

    private static GraphValue Convolution(GraphBuilder builder) => builder.Conv(
        builder.AddInput("x", TensorType.Real(2, 3, 9, 8)), builder.Random(1, 5, 3, 3, 3), builder.Random(2, 5),
        new ConvolutionAttributes(new WindowAttributes(Pads: IntList.Repeat(1, 4))));
}
