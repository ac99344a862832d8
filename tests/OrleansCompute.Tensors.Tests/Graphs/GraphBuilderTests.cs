using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Graphs;

public sealed class GraphBuilderTests
{
    private readonly GraphBuilder _builder = new();

    [Fact]
    public void Apply_ThroughASizeKnownAtRunTime_KeepsTheKnownSizes()
    {
        var x = _builder.AddInput("x", TensorType.Real(Shape.Any, 4, 6));
        var flat = _builder.Apply(new ReshapeOperator(), x, _builder.Constant(Tensor.Vector(-1L, 12L)))[0];
        var back = _builder.Apply(new ReshapeOperator(), flat, _builder.Constant(Tensor.Vector(-1L, 4L, 6L)))[0];

        Assert.Equal("[?, 12]", $"{flat.Type.Shape}");
        Assert.Equal("[?, 4, 6]", $"{_builder.Apply(new AddOperator(), back, x)[0].Type.Shape}");
    }

    [Fact]
    public void Apply_WhenOnlyTheBatchIsUnknown_RefusesWhatCannotFit()
    {
        var x = _builder.AddInput("x", TensorType.Real(Shape.Any, 4));
        var y = _builder.AddInput("y", TensorType.Real(Shape.Any, 5));

        var message = Assert.Throws<ShapeMismatchException>(() => _builder.Apply(new AddOperator(), x, y)).Message;

        Assert.Contains("[?, 4]", message, StringComparison.Ordinal);
        Assert.Contains("[?, 5]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_WhenIndependentSizesAreUnknown_LeavesTheCheckToTheRun()
    {
        var x = _builder.AddInput("x", TensorType.Real(2, Shape.Any));
        var y = _builder.AddInput("y", TensorType.Real(2, Shape.Any));

        Assert.False(_builder.Apply(new AddOperator(), x, y)[0].Type.IsStatic);
    }

    [Fact]
    public void AddInput_WithTheSameSymbol_HasTheSameSize()
    {
        var x = _builder.AddInput("x", TensorType.Real(2, Shape.Any), [null, "length"]);
        var y = _builder.AddInput("y", TensorType.Real(2, Shape.Any), [null, "length"]);

        Assert.Equal("[2, ?]", $"{_builder.Apply(new AddOperator(), x, y)[0].Type.Shape}");
    }

    [Fact]
    public void AddInput_WhenTheNameIsTaken_NamesIt()
    {
        _builder.AddInput("x", TensorType.Real(2));

        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => _builder.AddInput("x", TensorType.Real(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_LeavesOutNodesThatNoOutputNeeds()
    {
        var x = _builder.AddInput("x", TensorType.Real(2));
        var used = _builder.Apply(new ReluOperator(), x)[0];
        _builder.Apply(new AddOperator(), x, x);

        Assert.Same(used, Assert.Single(_builder.Build(used).Nodes).Outputs[0]);
    }

    [Fact]
    public void CreateParameters_WithTheSameSeed_GivesTheSameValues()
    {
        _builder.AddParameter("w", new Shape(20, 30), ParameterInitializer.He);
        _builder.AddParameter("b", new Shape(30), ParameterInitializer.Zeros);
        var graph = _builder.Build();

        var values = graph.CreateParameters(new Random(5));

        Assert.Equal(630, graph.ParameterCount);
        Assert.Equal(values, graph.CreateParameters(new Random(5)));
        Assert.All(values[600..], value => Assert.Equal(0, value));
        Assert.InRange(values[..600].Average(value => value * value), 0.08, 0.12);
    }
}
