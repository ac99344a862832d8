using OrleansCompute.Tensors.Operators;
using OrleansCompute.Tensors.Operators.Shaping;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of resizing: one dimension after another.</summary>
internal static class ReferenceResize
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<ResizeOperator>(Resize)
        .Add<ResizeGradientOperator>(Gradient);

    private static OperatorInputs Inputs(KernelCall call)
    {
        Tensor?[] inputs = [.. Enumerable.Range(0, call.InputCount).Select(call.OptionalInput)];
        return new OperatorInputs(call.Operator, [.. inputs.Select(input => input?.Type)], inputs);
    }

    private static void Resize(ResizeOperator @operator, KernelCall call)
    {
        HostMoves.AllocateOutputs(call);
        var shape = call.Input(0).Shape;
        var plan = @operator.Plan(shape, Inputs(call), 1)!;
        var values = HostElements.Reals(call.Input(0));
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            var inner = shape.Product(axis + 1, shape.Rank);
            var next = shape.With(axis, plan[axis].OutputSize);
            var results = new double[next.Elements];
            for (var i = 0; i < results.Length; i++)
            {
                call.Poll(i);
                var (outer, rest) = Math.DivRem(i, plan[axis].OutputSize * inner);
                var weights = plan[axis].Weights(rest / inner, @operator.Options);
                results[i] = weights.Length == 0
                    ? @operator.Options.Extrapolation
                    : weights.Sum(pair => pair.Weight * values[(((outer * shape[axis]) + pair.Index) * inner) + (rest % inner)]);
            }

            (shape, values) = (next, results);
        }

        HostElements.StoreReals(call.Output(0), values);
    }

    private static void Gradient(ResizeGradientOperator @operator, KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var plan = @operator.Forward.Plan(call.Output(0).Shape, Inputs(call), 2)!;
        var values = HostElements.Reals(call.Input(0));
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            var inner = shape.Product(axis + 1, shape.Rank);
            var next = shape.With(axis, plan[axis].InputSize);
            var results = new double[next.Elements];
            for (var i = 0; i < values.Length; i++)
            {
                call.Poll(i);
                var (outer, rest) = Math.DivRem(i, plan[axis].OutputSize * inner);
                foreach (var (index, weight) in plan[axis].Weights(rest / inner, @operator.Forward.Options))
                {
                    results[(((outer * next[axis]) + index) * inner) + (rest % inner)] += weight * values[i];
                }
            }

            (shape, values) = (next, results);
        }

        HostElements.StoreReals(call.Output(0), values);
    }
}
