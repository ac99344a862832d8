using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Normalisations;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of layer and RMS normalisation, on float32, with scale and bias of the shape of a row.</summary>
internal static class NormalisationLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<LayerNormalizationOperator>((context, op, request) => Normalise(context, request, op.Axis, op.Epsilon, 0))
        .Add<RmsNormalizationOperator>((context, op, request) => Normalise(context, request, op.Axis, op.Epsilon, 1))
        .Add<LayerNormalizationGradientOperator>((context, op, request) => Gradient(context, request, op.Axis, 0))
        .Add<RmsNormalizationGradientOperator>((context, op, request) => Gradient(context, request, op.Axis, 1));

    /// <summary>Elements of a row; null when scale or bias differ from it.</summary>
    private static int? Length(KernelRequest request, int axis, int vectors)
    {
        var shape = request.Inputs[0]!.Shape;
        var length = shape.Product(shape.Axis(axis, request.Operator.Name), shape.Rank);
        for (var i = 1; i <= vectors && i < request.Inputs.Count; i++)
        {
            if (request.Inputs[i] is { } vector && vector.Shape.Elements != length)
            {
                return null;
            }
        }

        return IlgpuKernelLibrary.AreReal(request, request.Inputs.Count) ? length : null;
    }

    private static Action<KernelCall>? Normalise(IlgpuContext context, KernelRequest request, int axis, float epsilon, int isRms)
    {
        if (Length(request, axis, 2) is not { } length)
        {
            return null;
        }

        var rows = request.Outputs[0].Shape.Elements / length;
        var run = context.Load("Normalise", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, float, int, int>(NormalisationKernels.Normalise));
        return call =>
        {
            ArrayView<float> scale = context.View<float>(call.Input(1)), first = context.View<float>(call.Output(1));
            var bias = call.OptionalInput(2);
            run(
                rows, context.View<float>(call.Input(0)), scale, bias is null ? scale : context.View<float>(bias), context.View<float>(call.Output(0)),
                first, isRms != 0 ? first : context.View<float>(call.Output(2)), length, epsilon, isRms, bias is null ? 0 : 1);
        };
    }

    private static Action<KernelCall>? Gradient(IlgpuContext context, KernelRequest request, int axis, int isRms)
    {
        if (Length(request, axis, 1) is not { } length)
        {
            return null;
        }

        var rows = request.Outputs[0].Shape.Elements / length;
        var run = context.Load("NormaliseGradient", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int>(NormalisationKernels.Gradient));
        var runScale = context.Load("ScaleGradient", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, int, int, int>(NormalisationKernels.ScaleGradient));
        return call =>
        {
            var x = context.View<float>(call.Input(0));
            ArrayView<float> mean = context.View<float>(call.Input(2)), inverse = isRms != 0 ? mean : context.View<float>(call.Input(3));
            var dy = context.View<float>(call.Input(isRms != 0 ? 3 : 4));
            var dScale = context.View<float>(call.Output(1));
            run(rows, x, context.View<float>(call.Input(1)), mean, inverse, dy, context.View<float>(call.Output(0)), length, isRms);
            runScale(length, x, mean, inverse, dy, dScale, isRms != 0 ? dScale : context.View<float>(call.Output(2)), rows, length, isRms);
        };
    }
}
