using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Graphs.Passes;
using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Control;
using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Generation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Operators.Control;

/// <summary>Operators with graphs in which random numbers are drawn: run again, they would give others.</summary>
public sealed class RandomGraphTests
{
    private static readonly TensorType _type = TensorType.Real(2);

    public static TheoryData<string> Kinds => ["If", "IfElse", "Loop", "Scan", "LoopOfIf"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IsDeterministic_WithRandomNumbersInside_IsWhetherTheyHaveASeed(string kind)
    {
        Assert.False(Make(kind, null).Operator.IsDeterministic);
        Assert.True(Make(kind, 3).Operator.IsDeterministic);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AppendGradient_WithRandomNumbersInside_RefusesAndNamesBothNodes(string kind)
    {
        var (builder, x, y) = Apply(kind, null);

        var message = Assert.Throws<NotSupportedException>(() => Autograd.Append(builder, y, [x], builder.ZerosLike(y))).Message;

        Assert.StartsWith("control", message, StringComparison.Ordinal);
        Assert.Contains(kind == "LoopOfIf" ? "inner" : "noise", message, StringComparison.Ordinal);
        Assert.Contains("seed", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AppendGradient_WithASeed_GivesOne(string kind)
    {
        var (builder, x, y) = Apply(kind, 3);

        Assert.NotNull(Autograd.Append(builder, y, [x], builder.ZerosLike(y))[0]);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(3f, 1)]
    public void Run_OfTheCommonSubexpressionPass_MergesEqualOnesOnlyWithASeed(float? seed, int left)
    {
        var (control, inputs) = Make("If", seed);
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", _type);
        var values = inputs(builder, x);
        var graph = builder.Build(builder.Add(builder.Apply(control, values)[0], builder.Apply(control, values)[0]));

        var after = new CommonSubexpressionPass().Run(graph);

        Assert.Equal(left, after.Nodes.Count(node => node.Operator is IfOperator));
    }

    private static (GraphBuilder Builder, GraphValue X, GraphValue Y) Apply(string kind, float? seed)
    {
        var (control, inputs) = Make(kind, seed);
        var builder = new GraphBuilder();
        var x = builder.AddInput("x", _type);
        return (builder, x, builder.Apply(control, inputs(builder, x), "control")[0]);
    }

    private static (Operator Operator, Func<GraphBuilder, GraphValue, GraphValue?[]> Inputs) Make(string kind, float? seed)
    {
        var body = new GraphBuilder();
        switch (kind)
        {
            case "If" or "IfElse":
                var plain = new GraphBuilder();
                var same = plain.AddInput("x", _type);
                Graph one = plain.Build(plain.Mul(same, same)), other = Noisy(body, body.AddInput("x", _type), seed);
                return (kind == "If" ? new IfOperator(other, one) : new IfOperator(one, other), (builder, x) => [builder.Constant(Tensor.Scalar(true)), x, x]);
            case "Scan":
                GraphValue sum = body.AddInput("sum", _type), slice = body.AddInput("slice", _type);
                return (new ScanOperator(Noisy(body, body.Add(sum, slice), seed), 1, 1), (builder, x) => [x, builder.Constant(Tensor.Zeros(TensorType.Real(3, 2)))]);
            default:
                body.AddInput("trip", new TensorType(ElementType.Int64, Shape.Scalar));
                var condition = body.AddInput("condition", new TensorType(ElementType.Bool, Shape.Scalar));
                var v = body.AddInput("v", _type);
                if (kind == "Loop")
                {
                    return (new LoopOperator(Noisy(body, v, seed, condition), 1), (builder, x) => [builder.Constant(Tensor.Scalar(2L)), null, x]);
                }

                var (inner, values) = Make("If", seed);
                return (new LoopOperator(body.Build(condition, body.Apply(inner, values(body, v), "inner")[0]), 1), (builder, x) => [builder.Constant(Tensor.Scalar(2L)), null, x]);
        }
    }

    private static Graph Noisy(GraphBuilder builder, GraphValue x, float? seed, params GraphValue[] before) =>
        builder.Build([.. before, builder.Mul(x, builder.Apply(new RandomOperator(RandomDistribution.Normal, 0, 1, ElementType.Float32, IntList.Create([2]), seed), [], "noise")[0])]);
}
