using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of matrix products.</summary>
internal static class MatrixLaunches
{
    /// <summary>Most groups along the second and third dimension of a launch, on CUDA.</summary>
    private const int MaxGroups = 65535;

    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<MatMulOperator>((context, op, request) => Product(context, request, op.TransposesLeft, op.TransposesRight, 1, 0, null))
        .Add<GemmOperator>((context, op, request) => Product(
            context, request, op.TransposesLeft, op.TransposesRight, op.Alpha, op.Beta, request.Inputs.Count > 2 ? request.Inputs[2]?.Shape : null))
        .Add<RowsProductOperator>((context, _, request) => RowsProduct(context, request));

    private static Action<KernelCall>? Product(
        IlgpuContext context, KernelRequest request, bool transposesLeft, bool transposesRight, float alpha, float beta, Shape? addend)
    {
        if (!IlgpuKernelLibrary.AreReal(request, 3))
        {
            return null;
        }

        Shape left = request.Inputs[0]!.Shape, right = request.Inputs[1]!.Shape;
        var product = MatrixProduct.Of(left, right, transposesLeft, transposesRight, request.Operator.Name);
        int[] leftStrides = [.. product.LeftBatch.Strides().Select(stride => stride * product.Rows * product.Inner)];
        int[] rightStrides = [.. product.RightBatch.Strides().Select(stride => stride * product.Inner * product.Columns)];
        var addendStrides = addend is null ? [0, 0] : Broadcasting.Strides(addend, addend.Strides(), product.Result);
        if (IndexMap.Create(product.Batch.Dimensions, Broadcasting.Strides(product.LeftBatch, leftStrides, product.Batch)) is not { } leftBatch
            || IndexMap.Create(product.Batch.Dimensions, Broadcasting.Strides(product.RightBatch, rightStrides, product.Batch)) is not { } rightBatch)
        {
            return null;
        }

        return Launch(context, product.Batch.Elements, new ProductShape
        {
            Rows = product.Rows,
            Columns = product.Columns,
            Inner = product.Inner,
            LeftRow = transposesLeft ? 1 : product.Inner,
            LeftInner = transposesLeft ? product.Rows : 1,
            RightInner = transposesRight ? 1 : product.Columns,
            RightColumn = transposesRight ? product.Inner : 1,
            AddendRow = addendStrides.Length > 1 ? addendStrides[0] : 0,
            AddendColumn = addendStrides.Length > 1 ? addendStrides[1] : 0,
            LeftBatch = leftBatch,
            RightBatch = rightBatch,
            Alpha = alpha,
            Beta = addend is null ? 0 : beta,
        });
    }

    private static Action<KernelCall>? RowsProduct(IlgpuContext context, KernelRequest request)
    {
        if (!IlgpuKernelLibrary.AreReal(request, 2))
        {
            return null;
        }

        Shape left = request.Inputs[0]!.Shape, result = request.Outputs[0].Shape;
        return Launch(context, 1, new ProductShape
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
        });
    }

    private static Action<KernelCall>? Launch(IlgpuContext context, int batches, ProductShape shape)
    {
        var threads = context.Device.MaxNumThreadsPerGroup;
        var tile = threads >= 256 ? 16 : threads >= 64 ? 8 : threads >= 16 ? 4 : threads >= 4 ? 2 : 1;
        var edge = 4 * tile;
        int down = (shape.Rows + edge - 1) / edge, across = (shape.Columns + edge - 1) / edge;
        if (down > MaxGroups || batches > MaxGroups)
        {
            return null;
        }

        shape = shape with { Tile = tile };
        var multiply = context.Load("Multiply", device =>
            device.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ProductShape>(MatrixKernels.Multiply));

        // Whole rows of groups where one launch holds so many, else parts of a row.
        var groups = LaunchCuts.Items(context, (long)edge * edge * Math.Max(1, shape.Inner) * batches, checked(down * across));
        int rows = Math.Min(down, Math.Max(1, groups / across)), columns = Math.Min(across, groups);
        return call =>
        {
            var result = context.View<float>(call.Output(0));
            var addend = shape.Beta != 0 ? context.View<float>(call.Input(2)) : result;
            ArrayView<float> left = context.View<float>(call.Input(0)), right = context.View<float>(call.Input(1));
            for (var row = 0; row < down; row += rows)
            {
                for (var column = 0; column < across; column += columns)
                {
                    if (row + column > 0)
                    {
                        LaunchCuts.Between(context, call);
                    }

                    var size = new Index3D(Math.Min(columns, across - column), Math.Min(rows, down - row), batches);
                    multiply(
                        new KernelConfig(size, new Index3D(tile, tile, 1)), left, right, addend, result, shape with { FirstRow = row * edge, FirstColumn = column * edge });
                }
            }
        };
    }
}
