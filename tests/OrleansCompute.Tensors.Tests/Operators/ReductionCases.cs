using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;
using static OrleansCompute.Tensors.Tests.Operators.OperatorCase;

namespace OrleansCompute.Tensors.Tests.Operators;

internal static class ReductionCases
{
    private static readonly Tensor _integers = Tensor.Of(new Shape(2, 3), [3, -4, 5, 70000, 70000, 2]);

    public static IEnumerable<OperatorCase> All { get; } =
    [
        .. Enum.GetValues<Reduction>().SelectMany(reduction => new OperatorCase[]
        {
            new($"Reduce{reduction}_LastAxis", new ReduceOperator(reduction, [-1], false), Uniform(1, 0.2, 2, 3, 4, 5)),
            new($"Reduce{reduction}_FirstAndLastKept", new ReduceOperator(reduction, [0, 2]), Uniform(2, 0.2, 2, 3, 4, 5)),
            new($"Reduce{reduction}_All", new ReduceOperator(reduction, KeepsDimensions: false), Uniform(3, 0.2, 2, 3, 4)),
            new($"Reduce{reduction}_AxesInput", new ReduceOperator(reduction, null, false), Uniform(4, 0.2, 2, 3, 4, 5), Tensor.Vector(1L)),
            new($"Reduce{reduction}_Noop", new ReduceOperator(reduction, null, true, true), Uniform(5, 0.2, 2, 3, 4)),
            new($"Reduce{reduction}_Int32", new ReduceOperator(reduction, [1], false), _integers),
        }),
        new("ReduceSum_Signed", new ReduceOperator(Reduction.Sum, [1]), Normal(1, 5, 40)),
        new("ReduceL1_Signed", new ReduceOperator(Reduction.L1, [1]), Normal(1, 5, 40)),
        new("ReduceLogSumExp_Large", new ReduceOperator(Reduction.LogSumExp, [1]), Uniform(1, 900, 1000, 5, 40)) { ChecksGradient = false },
        new("ReduceMax_Bool", new ReduceOperator(Reduction.Max, [1]), Tensor.Of(new Shape(2, 2), [false, true, false, false])),
        new("ReduceSum_OfNothing", new ReduceOperator(Reduction.Sum, [1]), Tensor.Zeros(TensorType.Real(2, 0))),
        new("ReduceExpand", new ReduceExpandOperator([1], false), Normal(1, 3, 5), Normal(2, 3, 4, 5)),
        new("ReduceExpand_Mean", new ReduceExpandOperator([0, -1], true, false, true), Normal(1, 1, 4, 1), Normal(2, 3, 4, 5)),
        new("ReduceMaxGradient_EqualElements", new ReduceGradientOperator(Reduction.Max, [1], false), Tensor.Of(new Shape(2, 3), [1f, 3, 3, 5, 2, 1]), Tensor.Vector(3f, 5), Normal(1, 2)),
        new("ReduceMinGradient", new ReduceGradientOperator(Reduction.Min, null, false), Tensor.Vector(2f, 1, 3), Tensor.Scalar(1f), Tensor.Scalar(2f)),
        new("ReduceProdGradient_Zeros", new ReduceGradientOperator(Reduction.Prod, [1], true), Tensor.Of(new Shape(2, 3), [2f, 0, 3, 0, 4, 0]), Tensor.Of(new Shape(2, 1), [0f, 0]), Normal(1, 2, 1)),
        new("ArgMax_LastAxis", new ArgReduceOperator(true, -1, false), Normal(1, 3, 4, 5)),
        new("ArgMax_FirstOfEqual", new ArgReduceOperator(true, 1), Tensor.Of(new Shape(2, 3), [1f, 3, 3, 5, 2, 5])),
        new("ArgMax_LastOfEqual", new ArgReduceOperator(true, 1, true, true), Tensor.Of(new Shape(2, 3), [1f, 3, 3, 5, 2, 5])),
        new("ArgMin_FirstAxis", new ArgReduceOperator(false), Normal(1, 3, 4, 5)),
        new("ArgMin_Int32", new ArgReduceOperator(false, 1), _integers),
    ];
}
