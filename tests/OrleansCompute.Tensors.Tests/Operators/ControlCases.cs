using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators;
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
        new("If_True", Branches(), Tensor.Scalar(true), Normal(1, 3), Normal(2, 3), Normal(3, 3)),
        new("If_False", Branches(), Tensor.Scalar(false), Normal(1, 3), Normal(2, 3), Normal(3, 3)),
        new("Loop_Trips", Doubling(), Tensor.Scalar<long>(4), null, Normal(1, 2), Normal(2, 2)),
        new("Loop_NoTrip", Doubling(), Tensor.Scalar<long>(4), Tensor.Scalar(false), Normal(1, 2), Normal(2, 2)),
        new("Scan_Sums", Sums(null, null), Normal(1, 2), Normal(2, 4, 2), Normal(3, 2)),
        new("Scan_BackwardsAlongTheSecond", Sums([1], [1]), Normal(1, 2), Normal(2, 2, 4), Normal(3, 2)),
    ];

    private static IfOperator Branches()
    {
        var then = new GraphBuilder();
        GraphValue a = then.AddInput("a", TensorType.Real(3)), b = then.AddInput("b", TensorType.Real(3));
        var otherwise = new GraphBuilder();
        var c = otherwise.AddInput("c", TensorType.Real(3));
        return new IfOperator(then.Build(then.Apply(new AddOperator(), a, b)[0]), otherwise.Build(otherwise.Apply(new MulOperator(), c, c)[0]));
    }

    /// <summary>v becomes v + v, scanned is v times the value from outside.</summary>
    private static LoopOperator Doubling()
    {
        var body = new GraphBuilder();
        body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
        var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
        GraphValue v = body.AddInput("v", TensorType.Real(2)), outside = body.AddInput("outside", TensorType.Real(2));
        return new LoopOperator(body.Build(condition, body.Apply(new AddOperator(), v, v)[0], body.Apply(new MulOperator(), v, outside)[0]), 1);
    }

    private static ScanOperator Sums(IntList? axes, IntList? directions)
    {
        var body = new GraphBuilder();
        GraphValue sum = body.AddInput("sum", TensorType.Real(2)), x = body.AddInput("x", TensorType.Real(2)), outside = body.AddInput("outside", TensorType.Real(2));
        var next = body.Apply(new AddOperator(), sum, x)[0];
        return new ScanOperator(body.Build(next, body.Apply(new MulOperator(), next, outside)[0]), 1, 1, axes, directions, axes, directions);
    }
}
