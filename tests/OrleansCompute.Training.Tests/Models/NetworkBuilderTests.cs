using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Training.Models;

namespace OrleansCompute.Training.Tests.Models;

public sealed class NetworkBuilderTests
{
    [Fact]
    public void CreateReferenceCnn_WhenBuilt_HasKnownSizeAndCost()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        Assert.Equal(215_370, graph.ParameterCount);
        Assert.Equal(new Shape(Shape.Any, 10), graph.Outputs[0].Type.Shape);

        // Multiply-adds of conv 1, conv 2 and the two dense layers, by hand.
        var multiplyAdds = (784 * 16 * 25) + (196 * 32 * 400) + (1568 * 128) + (128 * 10);
        Assert.InRange(GraphSpecialiser.BindBatch(graph, 1).Cost().Flops, 2 * multiplyAdds, 2.05 * multiplyAdds);
    }

    [Fact]
    public void CreateParameters_AfterHe_HasTheSpreadOfTheActivationAndNoBiases()
    {
        var graph = new NetworkBuilder(400) { Initialisation = LayerInitialisation.He }.Dense(100, Activation.Relu).Dense(50).Build();
        var values = graph.CreateParameters(new Random(7));

        double Variance(string name) => graph.Parameters.Single(parameter => parameter.Name == name) is var parameter
            ? values.AsSpan(parameter.Offset, parameter.Length).ToArray().Average(value => (double)value * value)
            : 0;

        Assert.Equal(2.0 / 400, Variance("dense0.weight"), 2e-4);
        Assert.Equal(2.0 / (100 + 50), Variance("dense1.weight"), 1e-3);
        Assert.Equal(0, Variance("dense0.bias"));
        Assert.Equal(0, Variance("dense1.bias"));
    }

    [Fact]
    public void CreateParameters_WhenSeedIsSame_GivesSameValuesWithExpectedSpread()
    {
        var graph = NetworkBuilder.CreateReferenceCnn();
        var values = graph.CreateParameters(new Random(7));
        Assert.Equal(values, graph.CreateParameters(new Random(7)));
        Assert.NotEqual(values, graph.CreateParameters(new Random(8)));
        var weights = graph.Parameters.Single(parameter => parameter.Length == 1568 * 128);
        var slice = values.AsSpan(weights.Offset, weights.Length).ToArray();

        // Uniform within 1 / sqrt(1568): a variance of a third of the square, for weights and biases.
        Assert.Equal(1.0 / (3 * 1568), slice.Average(value => (double)value * value), 1e-5);
        var bias = graph.Parameters.Single(parameter => parameter.Length == 128);
        var biases = values.AsSpan(bias.Offset, 128).ToArray();
        Assert.All(biases, value => Assert.InRange(value, -1 / MathF.Sqrt(1568), 1 / MathF.Sqrt(1568)));
        Assert.Equal(1.0 / (3 * 1568), biases.Average(value => (double)value * value), 1e-4);
        var filters = graph.Parameters.Single(parameter => parameter.Length == 16 * 25);
        Assert.All(values.AsSpan(filters.Offset, filters.Length).ToArray(), value => Assert.InRange(value, -0.2f, 0.2f));
    }

    [Fact]
    public void Dense_WhenImageIsNotFlattened_NamesLayerAndShapes()
    {
        var builder = new NetworkBuilder(1, 28, 28).Conv2d(16, 5);
        var message = Assert.Throws<ShapeMismatchException>(() => builder.Dense(10)).Message;
        Assert.Contains("Layer 1, Dense(10)", message, StringComparison.Ordinal);
        Assert.Contains("[?, 16, 24, 24]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conv2d_WhenFilterExceedsInput_NamesLayerAndBothShapes()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => new NetworkBuilder(3, 4, 4).Conv2d(2, 7)).Message;
        Assert.Contains("Layer 0, Conv2d(2, 7)", message, StringComparison.Ordinal);
        Assert.Contains("[?, 3, 4, 4]", message, StringComparison.Ordinal);
        Assert.Contains("[2, 3, 7, 7]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Dense_WhenUnitsAreNotPositive_NamesValue(int units) =>
        Assert.Contains(
            $"{units}", Assert.Throws<ShapeMismatchException>(() => new NetworkBuilder(4).Dense(units)).Message, StringComparison.Ordinal);

    [Fact]
    public void MaxPool2d_WhenWindowExceedsInput_NamesBoth()
    {
        var message = Assert.Throws<ShapeMismatchException>(() => new NetworkBuilder(1, 3, 3).MaxPool2d(4)).Message;
        Assert.Contains("[4, 4]", message, StringComparison.Ordinal);
        Assert.Contains("[?, 1, 3, 3]", message, StringComparison.Ordinal);
    }
}
