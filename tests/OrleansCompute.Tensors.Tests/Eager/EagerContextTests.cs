using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Eager;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Eager;

public sealed class EagerContextTests : IDisposable
{
    private readonly ReferenceAccelerator _accelerator = new();

    [Fact]
    public void Apply_OfAModelWrittenOnce_GivesWhatItsGraphGives()
    {
        using Tensor x = Tensor.Vector(1f, -2f, 3f), w = Tensor.Vector(0.5f, 2f, -1f);
        var builder = new GraphBuilder();
        var graph = builder.Build(Model(builder, builder.AddInput("x", x.Type), builder.AddInput("w", w.Type)));

        var lazy = new GraphInterpreter(_accelerator).Run(graph, [x, w])[0];
        var eager = Model(new EagerContext(_accelerator), x, w);

        Assert.Equal([1.5, 0, 0], eager.ToDoubles());
        Assert.Equal(eager.ToDoubles(), lazy.ToDoubles());
    }

    [Fact]
    public void Apply_WhenShapesDoNotFit_NamesBoth()
    {
        using Tensor x = Tensor.Vector(1f, 2f), w = Tensor.Vector(1f, 2f, 3f);

        var message = Assert.Throws<ShapeMismatchException>(() => Model(new EagerContext(_accelerator), x, w)).Message;

        Assert.All(["Mul", "[2]", "[3]"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Apply_WhenElementTypesDiffer_AsksForACast()
    {
        using Tensor x = Tensor.Vector(1f, 2f), w = Tensor.Vector(1L, 2L);

        var message = Assert.Throws<ShapeMismatchException>(() => Model(new EagerContext(_accelerator), x, w)).Message;

        Assert.All(["Float32", "Int64", "Cast"], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Capture_OfARecordedModel_CanRunWithOtherInputs()
    {
        var context = new EagerContext(_accelerator);
        using Tensor x = Tensor.Vector(1f, -2f, 3f), w = Tensor.Vector(0.5f, 2f, -1f), other = Tensor.Vector(4f, 4f, 4f);
        using var tape = context.Record();
        var y = Model(context, x, w);

        var graph = tape.Capture(y);

        var result = new GraphInterpreter(_accelerator).Run(graph, [other, w])[0];
        Assert.Equal([6, 12, 0], result.ToDoubles());
    }

    [Fact]
    public void Gradients_OfATensorUsedTwice_AddUp()
    {
        var context = new EagerContext(_accelerator);
        using var x = Tensor.Scalar(3f);
        using var unused = Tensor.Scalar(1f);
        using var tape = context.Record();
        var square = context.Apply(new MulOperator(), x, x)[0];
        var cube = context.Apply(new MulOperator(), square, x)[0];

        var gradients = tape.Gradients(cube, x, unused);

        Assert.Equal(27, gradients[0]!.ToDoubles()[0]);
        Assert.Null(gradients[1]);
    }

    /// <summary>The gradient is a graph, so that it can be differentiated again: d²(x³)/dx² = 6x.</summary>
    [Fact]
    public void Append_OnAGradient_GivesTheSecondDerivative()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real());
        var cube = builder.Apply(new MulOperator(), builder.Apply(new MulOperator(), x, x)[0], x)[0];
        var first = Autograd.Append(builder, cube, [x])[0]!;
        var second = Autograd.Append(builder, first, [x])[0]!;
        using var three = Tensor.Scalar(3f);

        var results = new GraphInterpreter(_accelerator).Run(builder.Build(first, second), [three]);

        Assert.Equal(27, results[0].ToDoubles()[0]);
        Assert.Equal(18, results[1].ToDoubles()[0]);
    }

    [Fact]
    public void Append_OnALossOfManyElements_IsRefused()
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3));
        var y = builder.Apply(new ReluOperator(), x)[0];

        Assert.Contains("one element", Assert.Throws<ArgumentException>(() => Autograd.Append(builder, y, [x])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_WhileATapeRecords_IsRefused()
    {
        var context = new EagerContext(_accelerator);
        using (context.Record())
        {
            Assert.Throws<InvalidOperationException>(context.Record);
        }

        using var again = context.Record();
    }

    public void Dispose() => _accelerator.Dispose();

    /// <summary>relu(x * w + x), for tensors and for graph values alike.</summary>
    private static T Model<T>(IOperatorTarget<T> target, T x, T w)
        where T : class =>
        target.Apply(new ReluOperator(), target.Apply(new AddOperator(), target.Apply(new MulOperator(), x, w)[0], x)[0])[0];
}
