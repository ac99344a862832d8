using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A batch of matrix products with any strides, for device code. Distances are in elements.</summary>
internal readonly struct ProductShape
{
    public int Rows { get; init; }

    public int Columns { get; init; }

    public int Inner { get; init; }

    /// <summary>Threads of a group along each dimension; each computes 4 x 4 elements.</summary>
    public int Tile { get; init; }

    /// <summary>First row and column of the launch: long products are cut into several.</summary>
    public int FirstRow { get; init; }

    public int FirstColumn { get; init; }

    public int LeftRow { get; init; }

    public int LeftInner { get; init; }

    public int RightInner { get; init; }

    public int RightColumn { get; init; }

    public int AddendRow { get; init; }

    public int AddendColumn { get; init; }

    /// <summary>Number of a batch to its left matrix.</summary>
    public IndexMap LeftBatch { get; init; }

    public IndexMap RightBatch { get; init; }

    /// <summary>Number of a batch to its first row among what is given per row: the filters of a group of channels follow those of the one before.</summary>
    public IndexMap RowBatch { get; init; }

    public float Alpha { get; init; }

    /// <summary>Factor of the addend; 0: it is not read.</summary>
    public float Beta { get; init; }

    /// <summary>The product of the first two inputs of a request, and how many matrices it is; null when its batches are walked in too many ways.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="transposesLeft">Whether the left matrices are given transposed.</param>
    /// <param name="transposesRight">Whether the right ones are.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="beta">Factor of the addend.</param>
    /// <param name="addend">Shape of what is added; null: nothing is.</param>
    /// <param name="right">Number of the right input.</param>
    public static (ProductShape Shape, int Batches)? Of(
        KernelRequest request, bool transposesLeft = false, bool transposesRight = false, float alpha = 1, float beta = 0, Shape? addend = null, int right = 1)
    {
        var product = MatrixProduct.Of(request.Inputs[0]!.Shape, request.Inputs[right]!.Shape, transposesLeft, transposesRight, request.Operator.Name);
        int[] leftStrides = [.. product.LeftBatch.Strides().Select(stride => stride * product.Rows * product.Inner)];
        int[] rightStrides = [.. product.RightBatch.Strides().Select(stride => stride * product.Inner * product.Columns)];
        var addendStrides = addend is null ? [0, 0] : Broadcasting.Strides(addend, addend.Strides(), product.Result);
        if (IndexMap.Create(product.Batch.Dimensions, Broadcasting.Strides(product.LeftBatch, leftStrides, product.Batch)) is not { } leftBatch
            || IndexMap.Create(product.Batch.Dimensions, Broadcasting.Strides(product.RightBatch, rightStrides, product.Batch)) is not { } rightBatch)
        {
            return null;
        }

        var shape = new ProductShape
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
            RowBatch = IndexMap.Create([1], [0])!.Value,
            Alpha = alpha,
            Beta = addend is null ? 0 : beta,
        };
        return (shape, product.Batch.Elements);
    }

    /// <summary>A convolution as products of weights [filters of a group, window] with the windows of each image and group, and how many these are; null for three dimensions and more.</summary>
    /// <param name="g">The convolution.</param>
    /// <param name="hasBias">Whether something is added per filter.</param>
    public static (ProductShape Shape, ColumnsShape Columns, int Batches)? Of(ConvolutionGeometry g, bool hasBias)
    {
        if (PlaneShape.Create(g.Window) is not { } plane)
        {
            return null;
        }

        int channels = g.ImageChannels / g.Groups, filters = g.MapChannels / g.Groups, inner = channels * plane.Kernel;
        var shape = new ProductShape
        {
            Rows = filters,
            Columns = plane.Map,
            Inner = inner,
            LeftRow = inner,
            LeftInner = 1,
            AddendRow = 1,
            LeftBatch = IndexMap.Create([g.Batch, g.Groups], [0, filters * inner])!.Value,
            RightBatch = IndexMap.Create([g.Batch * g.Groups], [channels * plane.Image])!.Value,
            RowBatch = IndexMap.Create([g.Batch, g.Groups], [0, filters])!.Value,
            Alpha = 1,
            Beta = hasBias ? 1 : 0,
        };
        return (shape, new ColumnsShape { IsWindows = 1, Plane = plane }, g.Batch * g.Groups);
    }
}
