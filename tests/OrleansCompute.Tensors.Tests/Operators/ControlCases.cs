using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Activations;
using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ControlCases
{
    public static IEnumerable<OperatorCase> All { get; } =
    [
        new("If_True", Branches(), Tensor.Scalar(true), Normal(1, 3), Normal(2, 3), Normal(3, 3)) { InDouble = Branches(ElementType.Float64) },
        new("If_False", Branches(), Tensor.Scalar(false), Normal(1, 3), Normal(2, 3), Normal(3, 3)) { InDouble = Branches(ElementType.Float64) },
        new("Loop_Trips", Doubling(), Tensor.Scalar<long>(4), null, Normal(1, 2), Normal(2, 2)) { InDouble = Doubling(ElementType.Float64) },
        new("Loop_NoTrip", Doubling(), Tensor.Scalar<long>(4), Tensor.Scalar(false), Normal(1, 2), Normal(2, 2)) { InDouble = Doubling(ElementType.Float64) },
        new("If_SharedValue", Shared(), Tensor.Scalar(true), Normal(1, 3), Normal(2, 3)) { InDouble = Shared(ElementType.Float64) },
        new("Loop_Products", Products(), Tensor.Scalar<long>(4), null, Normal(1, 2), Normal(2, 2), Uniform(3, 0.5, 1.5, 2)) { InDouble = Products(ElementType.Float64) },
        new("Scan_Sums", Sums(null, null), Normal(1, 2), Normal(2, 4, 2), Normal(3, 2)) { InDouble = Sums(null, null, ElementType.Float64) },
        new("Scan_BackwardsAlongTheSecond", Sums([1], [1]), Normal(1, 2), Normal(2, 2, 4), Normal(3, 2)) { InDouble = Sums([1], [1], ElementType.Float64) },
    ];

    private static IfOperator Branches(ElementType type = ElementType.Float32)
    {
        var then = new GraphBuilder();
        GraphValue a = then.AddInput("a", new TensorType(type, new Shape(3))), b = then.AddInput("b", new TensorType(type, new Shape(3)));
        var otherwise = new GraphBuilder();
        var c = otherwise.AddInput("c", new TensorType(type, new Shape(3)));
        return new IfOperator(then.Build(then.Apply(new AddOperator(), a, b)[0]), otherwise.Build(otherwise.Apply(new MulOperator(), c, c)[0]));
    }

    /// <summary>One branch uses what the other does, and something of its own twice.</summary>
    private static IfOperator Shared(ElementType type = ElementType.Float32)
    {
        GraphBuilder then = new(), otherwise = new();
        GraphValue a = then.AddInput("a", new TensorType(type, new Shape(3))), b = otherwise.AddInput("a", new TensorType(type, new Shape(3)));
        return new IfOperator(then.Build(then.Apply(new MulOperator(), a, then.Apply(new MulOperator(), a, a)[0])[0]), otherwise.Build(b));
    }

    /// <summary>v becomes v w + trip, w becomes tanh(v); scanned is v times the value from outside: what each trip began with counts.</summary>
    private static LoopOperator Products(ElementType type = ElementType.Float32)
    {
        var body = new GraphBuilder();
        var trip = body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        GraphValue v = body.AddInput("v", new TensorType(type, new Shape(2))), w = body.AddInput("w", new TensorType(type, new Shape(2))), outside = body.AddInput("outside", new TensorType(type, new Shape(2)));
        var next = body.Add(body.Mul(v, w), body.CastLike(trip, v));
        return new LoopOperator(body.Build(condition, next, body.Apply(new ActivationOperator(ActivationFunction.Tanh), v)[0], body.Mul(next, outside)), 2);
    }

    /// <summary>v becomes v + v, scanned is v times the value from outside.</summary>
    private static LoopOperator Doubling(ElementType type = ElementType.Float32)
    {
        var body = new GraphBuilder();
        body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        GraphValue v = body.AddInput("v", new TensorType(type, new Shape(2))), outside = body.AddInput("outside", new TensorType(type, new Shape(2)));
        return new LoopOperator(body.Build(condition, body.Apply(new AddOperator(), v, v)[0], body.Apply(new MulOperator(), v, outside)[0]), 1);
    }

    private static ScanOperator Sums(IntList? axes, IntList? directions, ElementType type = ElementType.Float32)
    {
        var body = new GraphBuilder();
        GraphValue sum = body.AddInput("sum", new TensorType(type, new Shape(2))), x = body.AddInput("x", new TensorType(type, new Shape(2))), outside = body.AddInput("outside", new TensorType(type, new Shape(2)));
        var next = body.Apply(new AddOperator(), sum, x)[0];
        return new ScanOperator(body.Build(next, body.Apply(new MulOperator(), next, outside)[0]), 1, 1, axes, directions, axes, directions);
    }
}
