using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Tests.Execution;

/// <summary>Loops that run long or for ever.</summary>
internal static class Loops
{
    /// <summary>A graph (trips, v) that runs loops within each other, each as many trips; the innermost adds v to itself.</summary>
    public static Graph Nested(int depth, bool isEndless = false)
    {
        var builder = new GraphBuilder();
        var trips = builder.AddInput("trips", new TensorType(ElementType.Int64, Shape.Scalar));
        var v = builder.AddInput("v", TensorType.Real(2));
        return builder.Build(builder.Apply(Loop(depth, isEndless), [isEndless ? null : trips, null, v, trips], "bomb")[0]);
    }

    /// <summary>A graph (trips, v) whose loop keeps a copy of v for each trip.</summary>
    public static Graph Scanning(int elements)
    {
        var body = new GraphBuilder();
        body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        var v = body.AddInput("v", TensorType.Real(elements));
        var loop = new LoopOperator(body.Build(condition, v, body.Apply(new AddOperator(), v, v)[0]), 1);
        var builder = new GraphBuilder();
        var trips = builder.AddInput("trips", new TensorType(ElementType.Int64, Shape.Scalar));
        return builder.Build(builder.Apply(loop, [trips, null, builder.AddInput("v", TensorType.Real(elements))], "hoard")[1]);
    }

    private static LoopOperator Loop(int depth, bool isEndless)
    {
        var body = new GraphBuilder();
        body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        var v = body.AddInput("v", TensorType.Real(2));
        var trips = body.AddInput("trips", new TensorType(ElementType.Int64, Shape.Scalar));
        var next = depth == 1
            ? body.Apply(new AddOperator(), v, v)[0]
            : body.Apply(Loop(depth - 1, isEndless), isEndless ? null : trips, null, v, trips)[0];
        return new LoopOperator(body.Build(condition, next), 1);
    }
}
