using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of matrix products of real numbers.</summary>
internal static class MatrixLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<MatMulOperator>((context, op, request) => Product(context, request, op.TransposesLeft, op.TransposesRight, 1, 0, null))
        .Add<GemmOperator>((context, op, request) => Product(
            context, request, op.TransposesLeft, op.TransposesRight, op.Alpha, op.Beta, request.Inputs.Count > 2 ? request.Inputs[2]?.Shape : null))
        .Add<RowsProductOperator>((context, _, request) => RowsProduct(context, request));

    private static Action<KernelCall>? Product(
        IlgpuContext context, KernelRequest request, bool transposesLeft, bool transposesRight, float alpha, float beta, Shape? addend)
    {
        if (request.Outputs[0].ElementType.IsNarrow())
        {
            return NarrowLaunches.Product(context, request, ProductShape.Of(request, transposesLeft, transposesRight, alpha, beta, addend));
        }

        return IlgpuKernelLibrary.AreReal(request, 3) && ProductShape.Of(request, transposesLeft, transposesRight, alpha, beta, addend) is var (shape, batches)
            ? Launch(context, batches, shape)
            : null;
    }

    private static Action<KernelCall>? RowsProduct(IlgpuContext context, KernelRequest request)
    {
        Shape left = request.Inputs[0]!.Shape, result = request.Outputs[0].Shape;
        var shape = new ProductShape
        {
            Rows = result[0],
            Columns = result[1],
            Inner = left.Product(0, left.Rank - 1),
            LeftRow = 1,
            LeftInner = result[0],
            RightInner = result[1],
            RightColumn = 1,
            Alpha = 1,
            LeftBatch = IndexMap.Create([1], [0])!.Value,
            RightBatch = IndexMap.Create([1], [0])!.Value,
            RowBatch = IndexMap.Create([1], [0])!.Value,
        };
        return request.Outputs[0].ElementType.IsNarrow() ? NarrowLaunches.Product(context, request, (shape, 1))
            : IlgpuKernelLibrary.AreReal(request, 2) ? Launch(context, 1, shape)
            : null;
    }

    private static Action<KernelCall>? Launch(IlgpuContext context, int batches, ProductShape shape)
    {
        if (ProductTiling.Create(context, shape.Rows, shape.Columns, shape.Inner, batches) is not { } tiling)
        {
            return null;
        }

        shape = shape with { Tile = tiling.Tile };
        var multiply = context.Load("Multiply", device =>
            device.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ProductShape>(MatrixKernels.Multiply));
        return call =>
        {
            var result = context.View<float>(call.Output(0));
            var addend = shape.Beta != 0 ? context.View<float>(call.Input(2)) : result;
            ArrayView<float> left = context.View<float>(call.Input(0)), right = context.View<float>(call.Input(1));
            foreach (var (config, row, column) in tiling.Launches(call))
            {
                multiply(config, left, right, addend, result, shape with { FirstRow = row, FirstColumn = column });
            }
        };
    }
}
