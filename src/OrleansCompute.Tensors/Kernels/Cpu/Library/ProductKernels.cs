using OrleansCompute.Tensors.Kernels.Cpu.Vector;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of matrix products, float32. A constant right operand is packed once.</summary>
internal static class ProductKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<FusedGemmOperator>(Fused)
        .Add<GemmOperator>(Gemm)
        .Add<MatMulOperator>(MatMul)
        .Add<RowsProductOperator>(Rows);

    private static IKernel? Gemm(CpuKernelContext context, GemmOperator gemm, KernelRequest request)
    {
        var g = MatrixProduct.Of(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape, gemm.TransposesLeft, gemm.TransposesRight, gemm.Name);
        var bias = request.Inputs.Count > 2 ? request.Inputs[2] : null;
        if (!IsReal(request))
        {
            return null;
        }

        var shape = new GemmShape(g.Rows, g.Columns, g.Inner, gemm.TransposesLeft, gemm.TransposesRight);
        var isRow = bias is null || (gemm.Beta == 1 && bias.Shape.Elements == g.Columns && bias.Shape.Rank > 0 && bias.Shape[bias.Shape.Rank - 1] == g.Columns);
        return isRow
            ? new ProductKernel(context, shape, gemm.Alpha, GemmActivation.None, request.Constants)
            : new AddendKernel(context, shape, gemm, new BroadcastReader(bias!.Shape, request.Outputs[0].Shape));
    }

    private static BatchKernel? MatMul(CpuKernelContext context, MatMulOperator product, KernelRequest request)
    {
        var g = MatrixProduct.Of(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape, product.TransposesLeft, product.TransposesRight, product.Name);
        return IsReal(request) ? new BatchKernel(context, g, product) : null;
    }

    private static ProductKernel? Rows(CpuKernelContext context, RowsProductOperator product, KernelRequest request)
    {
        Shape left = request.Inputs[0]!.Shape, c = request.Outputs[0].Shape;
        return IsReal(request)
            ? new ProductKernel(context, new GemmShape(c[0], c[1], left.Product(0, left.Rank - 1), TransposeA: true), 1, GemmActivation.None, [])
            : null;
    }

    private static ProductKernel? Fused(CpuKernelContext context, FusedGemmOperator gemm, KernelRequest request)
    {
        Shape b = request.Inputs[1]!.Shape, c = request.Outputs[0].Shape;
        var (depth, columns) = gemm.TransposesRight ? (b[1], b[0]) : (b[0], b[1]);
        var shape = new GemmShape(columns == 0 ? 0 : c.Elements / columns, columns, depth, gemm.TransposesLeft, gemm.TransposesRight);
        return IsReal(request) ? new ProductKernel(context, shape, gemm.Alpha, Activations.Of(gemm.Activation), request.Constants) : null;
    }

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

    /// <summary>Products of stacks of matrices; a stack that is broadcast is walked again and again.</summary>
    private sealed unsafe class BatchKernel : IKernel
    {
        private readonly CpuGemm _gemm;
        private readonly MatrixProduct _g;
        private readonly GemmShape _shape;
        private readonly int[] _left;
        private readonly int[] _right;
        private readonly bool _isPlain;

        public BatchKernel(CpuKernelContext context, MatrixProduct g, MatMulOperator product)
        {
            _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
            _g = g;
            _shape = new GemmShape(g.Rows, g.Columns, g.Inner, product.TransposesLeft, product.TransposesRight);
            _left = Places(g.LeftBatch, g.Batch);
            _right = Places(g.RightBatch, g.Batch);
            _isPlain = IsPlain(g.LeftBatch, g.Batch) && IsPlain(g.RightBatch, g.Batch);
        }

        public void Run(KernelCall call)
        {
            float* a = (float*)call.Input(0).Address, b = (float*)call.Input(1).Address, c = (float*)call.Output(0).Address;
            nint sizeA = (nint)_g.Rows * _g.Inner, sizeB = (nint)_g.Inner * _g.Columns, sizeC = (nint)_g.Rows * _g.Columns;
            if (_isPlain)
            {
                var arguments = new GemmArguments(_shape, a, b, c);
                _gemm.RunBatch(arguments, _left.Length, _g.LeftBatch.Elements == 1 ? 0 : sizeA, _g.RightBatch.Elements == 1 ? 0 : sizeB, sizeC);
                return;
            }

            for (var i = 0; i < _left.Length; i++)
            {
                _gemm.Run(new GemmArguments(_shape, a + (_left[i] * sizeA), b + (_right[i] * sizeB), c + (i * sizeC)));
            }
        }

        private static bool IsPlain(Shape part, Shape batch) => part.Elements == 1 || part.Elements == batch.Elements;

        private static int[] Places(Shape part, Shape batch)
        {
            var strides = Broadcasting.Strides(part, part.Strides(), batch);
            var places = new int[batch.Elements];
            for (var i = 0; i < places.Length; i++)
            {
                for (int axis = batch.Rank - 1, rest = i; axis >= 0; axis--)
                {
                    places[i] += rest % batch[axis] * strides[axis];
                    rest /= batch[axis];
                }
            }

            return places;
        }
    }

    /// <summary>A product that is added to any addend times a factor.</summary>
    private sealed unsafe class AddendKernel(CpuKernelContext context, GemmShape shape, GemmOperator gemm, BroadcastReader addend) : IKernel
    {
        private readonly CpuGemm _gemm = new(context.Level, context.Team, context.Stop);

        public void Run(KernelCall call)
        {
            var y = (float*)call.Output(0).Address;
            var values = call.Output(0).AsSpan<float>();
            addend.Read((float*)call.Input(2).Address, 0, values.Length, y);
            if (gemm.Beta != 1)
            {
                ElementLoops.BinaryScalar(context.Level, default(BinaryFunctions.Multiply), values, gemm.Beta, values);
            }

            if (shape.Depth > 0)
            {
                _gemm.Run(new GemmArguments(shape, (float*)call.Input(0).Address, (float*)call.Input(1).Address, y) { Alpha = gemm.Alpha, Accumulate = true });
            }
        }
    }

    /// <summary>One product; the third input, if there is one, is added to every row.</summary>
    private sealed unsafe class ProductKernel : IKernel
    {
        private readonly CpuGemm _gemm;
        private readonly GemmShape _shape;
        private readonly float _alpha;
        private readonly GemmActivation _activation;
        private readonly GemmPackedB? _packed;

        public ProductKernel(CpuKernelContext context, GemmShape shape, float alpha, GemmActivation activation, IReadOnlyList<Tensor?> constants)
        {
            _gemm = new CpuGemm(context.Level, context.Team, context.Stop);
            _shape = shape;
            _alpha = alpha;
            _activation = activation;
            if (constants.Count > 1 && constants[1] is { } weights && shape is { Depth: > 0, Columns: > 0, Rows: > 4 })
            {
                _packed = new GemmPackedB(context.Level);
                _packed.Pack(shape.Depth, shape.Columns, weights.Address, shape.TransposeB ? shape.Depth : shape.Columns, shape.TransposeB);
            }
        }

        public void Run(KernelCall call)
        {
            var bias = call.OptionalInput(2);
            _gemm.Run(new GemmArguments(_shape, (float*)call.Input(0).Address, (float*)call.Input(1).Address, (float*)call.Output(0).Address)
            {
                Alpha = _alpha,
                ColumnBias = bias is null ? null : (float*)bias.Address,
                Activation = _activation,
                PackedB = _packed,
            });
        }
    }
}
