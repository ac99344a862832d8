using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Models;

public sealed class DenseNetworkTests
{
    [Fact]
    public void Forward_OfTwoLayers_IsTheFormula()
    {
        var network = new DenseNetwork(2, 2, 1);
        using var accelerator = new ReferenceAccelerator();
        using var x = Tensor.Of<float>(new Shape(1, 2), [1, 2]);
        // h = relu([1 2] [[1 -1] [2 -2]] + [0.5 0.5]) = [5.5 0]; y = 2 * 5.5 + 3 * 0 + 1.
        var y = network.Forward(new EagerContext(accelerator), x, ModelParameters.Cut(network.Parameters, [1, -1, 2, -2, 0.5f, 0.5f, 2, 3, 1]));
        Assert.Equal(12, y.ToDoubles().Single());
    }

    [Fact]
    public void CreateGraph_OfTheReferenceMlp_HasItsParameters()
    {
        var graph = new DenseNetwork(784, 256, 128, 10).CreateGraph([1, 28, 28]);
        Assert.Equal(235_146, graph.ParameterCount);
        Assert.Equal("[?, 10]", graph.Outputs[0].Type.Shape.ToString());
        Assert.Throws<ArgumentException>(() => new DenseNetwork(784));
        Assert.Throws<ArgumentException>(() => new DenseNetwork(784, 10).CreateGraph([28, 27]));
    }
}
