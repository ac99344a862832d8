using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of products and convolutions of float16 and bfloat16.</summary>
internal static class NarrowLaunches
{
    /// <summary>A product of the first two inputs, plus the third where the shape has a factor of it; null when they are of other types.</summary>
    public static Action<KernelCall>? Product(IlgpuContext context, KernelRequest request, (ProductShape Shape, int Batches)? product) =>
        product is var (shape, batches) ? Launch(context, request, shape, default, batches, 0, 1) : null;

    /// <summary>A convolution of image and weights, the first two inputs, plus the third as a bias; null when they are of other types.</summary>
    public static Action<KernelCall>? Convolution(IlgpuContext context, KernelRequest request, ConvolutionGeometry geometry) =>
        ProductShape.Of(geometry, request.Inputs.Count > 2 && request.Inputs[2] is not null) is var (shape, columns, batches)
            ? Launch(context, request, shape, columns, batches, 1, 0)
            : null;

    private static Action<KernelCall>? Launch(
        IlgpuContext context, KernelRequest request, ProductShape shape, ColumnsShape columns, int batches, int left, int right)
    {
        var type = request.Outputs[0].ElementType;
        if (!type.IsNarrow() || request.Inputs.Take(3).Any(input => input is not null && input.ElementType != type)
            || ProductTiling.Create(context, shape.Rows, shape.Columns, shape.Inner, batches) is not { } tiling)
        {
            return null;
        }

        shape = shape with { Tile = tiling.Tile };
        var isBFloat = type == ElementType.BFloat16 ? 1 : 0;
        var multiply = context.Load("MultiplyNarrow", device =>
            device.LoadStreamKernel<ArrayView<ushort>, ArrayView<ushort>, ArrayView<ushort>, ArrayView<ushort>, ProductShape, ColumnsShape, int>(NarrowKernels.Multiply));
        return call =>
        {
            var result = context.View<ushort>(call.Output(0));
            var addend = shape.Beta != 0 ? context.View<ushort>(call.Input(2)) : result;
            ArrayView<ushort> a = context.View<ushort>(call.Input(left)), b = context.View<ushort>(call.Input(right));
            foreach (var (config, row, column) in tiling.Launches(call))
            {
                multiply(config, a, b, addend, result, shape with { FirstRow = row, FirstColumn = column }, columns, isBFloat);
            }
        };
    }
}
