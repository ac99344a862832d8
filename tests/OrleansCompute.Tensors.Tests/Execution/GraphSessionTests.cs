using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

public sealed class GraphSessionTests : IDisposable
{
    private readonly CpuAccelerator _cpu = new();

    [Fact]
    public void Run_OfManySizes_KeepsABoundedNumberOfPlansAndStaysRight()
    {
        using var session = new GraphSession(Softmax(), _cpu, new GraphSessionOptions { MaxPlans = 4 });
        long peak = 0;
        for (var round = 0; round < 3; round++)
        {
            for (var size = 1; size <= 20; size++)
            {
                using var x = Tensor.Zeros(TensorType.Real(size, 5));

                var y = Assert.Single(session.Run([x]));

                Assert.Equal(x.Type, y.Type);
                Assert.All(y.ToDoubles(), value => Assert.Equal(0.2, value, 1e-6));
                Assert.InRange(session.PlanCount, 1, 4);
            }

            peak = round == 0 ? _cpu.Read().MemoryPeakBytes : peak;
        }

        Assert.Equal(peak, _cpu.Read().MemoryPeakBytes);
        session.Dispose();
        Assert.Equal(0, _cpu.Read().MemoryUsedBytes);
    }

    [Fact]
    public void Run_OfASizeSeenBefore_UsesItsPlan()
    {
        using var session = new GraphSession(Softmax(), _cpu);
        var first = session.Compiled(TensorType.Real(3, 5));
        session.Compiled(TensorType.Real(4, 5));

        Assert.NotNull(first);
        Assert.Same(first, session.Compiled(TensorType.Real(3, 5)));
        Assert.Equal(2, session.PlanCount);
    }

    [Fact]
    public void Run_WhenShapesDependOnData_RunsNodeByNode()
    {
        var builder = new GraphBuilder();
        using var session = new GraphSession(builder.Build(builder.Apply(new NonZeroOperator(), builder.AddInput("x", TensorType.Real(Shape.Any)))[0]), _cpu);
        using var x = Tensor.Vector(0f, 1f, 0f, 2f);

        Assert.Null(session.Compiled(x.Type));
        Assert.Equal([1, 3], session.Run([x])[0].ToDoubles());
        Assert.Equal([1, 3], session.Run([x])[0].ToDoubles());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_WithTheOutputsOfTheLastRun_GoesOnFromThem(bool isCompiled)
    {
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", TensorType.Real(3));
        var doubled = builder.Apply(new AddOperator(), x, x)[0];
        var graph = isCompiled ? builder.Build(doubled) : builder.Build(doubled, builder.Apply(new NonZeroOperator(), x)[0]);
        using var session = new GraphSession(graph, _cpu);
        using var start = Tensor.Vector(1f, 2f, 3f);

        var state = session.Run([start])[0];
        state = session.Run([state])[0];
        state = session.Run([state])[0];

        Assert.Equal(isCompiled, session.Compiled(start.Type) is not null);
        Assert.Equal([8, 16, 24], state.ToDoubles());
    }

    [Fact]
    public void Run_WithInputsThatDoNotFit_NamesThem()
    {
        using var session = new GraphSession(Softmax(), _cpu);
        using var x = Tensor.Zeros(TensorType.Real(3, 6));

        Assert.Contains("[3, 6]", Assert.Throws<ShapeMismatchException>(() => session.Run([x])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GraphSession(Softmax(), _cpu, new GraphSessionOptions { MaxPlans = 0 }));
    }

    public void Dispose() => _cpu.Dispose();

    private static Graph Softmax()
    {
        var builder = new GraphBuilder();
        return builder.Build(builder.Apply(new SoftmaxOperator(), builder.AddInput("x", TensorType.Real(Shape.Any, 5)))[0]);
    }
}
