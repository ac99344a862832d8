using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Losses;
using OrleansCompute.Tensors.Operators.Reductions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of softmax and cross-entropy in one, on float32, without weights and ignored labels.</summary>
internal static class LossLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<SoftmaxCrossEntropyLossOperator>(Loss)
        .Add<SoftmaxCrossEntropyGradientOperator>(Gradient);

    private static Action<KernelCall>? Loss(IlgpuContext context, SoftmaxCrossEntropyLossOperator op, KernelRequest request)
    {
        if (!Suits(request, op.IgnoreIndex))
        {
            return null;
        }

        var shape = request.Inputs[0]!.Shape;
        int classes = shape[1], inner = shape.Product(2, shape.Rank), rows = shape[0] * inner;
        var softmax = context.Load("Softmax", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, int, int, int>(RowKernels.Softmax));
        var loss = context.Load("CrossEntropy", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<int>, ArrayView<float>, int, int, float>(LossKernels.CrossEntropy));
        var sum = ReductionLaunches.Create(context, new Shape(rows), [true], op.Reduction == LossReduction.Mean ? Reduction.Mean : Reduction.Sum);
        return call =>
        {
            var (logarithms, result) = (context.View<float>(call.Output(1)), context.View<float>(call.Output(0)));
            softmax(rows, context.View<float>(call.Input(0)), logarithms, classes, inner, 1);
            using var labels = MoveLaunches.Indices(context, call, classes, isSigned: false);
            if (op.Reduction == LossReduction.None)
            {
                loss(rows, logarithms, context.View<int>(labels), result, classes, inner, op.LabelSmoothing);
                return;
            }

            using var losses = call.Scratch(TensorType.Real(rows));
            loss(rows, logarithms, context.View<int>(labels), context.View<float>(losses), classes, inner, op.LabelSmoothing);
            sum!(context.View<float>(losses), result);
        };
    }

    private static Action<KernelCall>? Gradient(IlgpuContext context, SoftmaxCrossEntropyGradientOperator op, KernelRequest request)
    {
        if (!Suits(request, op.IgnoreIndex))
        {
            return null;
        }

        var shape = request.Inputs[0]!.Shape;
        int classes = shape[1], inner = shape.Product(2, shape.Rank), rows = shape[0] * inner;
        var factor = op.Reduction == LossReduction.Mean ? 1f / rows : 1;
        var run = context.Load("CrossEntropyGradient", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, int, int, float, float, int>(LossKernels.CrossEntropyGradient));
        return call =>
        {
            using var labels = MoveLaunches.Indices(context, call, classes, isSigned: false);
            run(
                rows, context.View<float>(call.Input(0)), context.View<int>(labels), context.View<float>(call.Input(3)), context.View<float>(call.Output(0)),
                classes, inner, op.LabelSmoothing, factor, op.Reduction == LossReduction.None ? 1 : 0);
        };
    }

    private static bool Suits(KernelRequest request, long? ignoreIndex) =>
        ignoreIndex is null && request.Inputs[0]!.ElementType == ElementType.Float32 && request.Inputs[0]!.Shape.Elements > 0
        && (request.Inputs.Count < 3 || request.Inputs[2] is null);
}
