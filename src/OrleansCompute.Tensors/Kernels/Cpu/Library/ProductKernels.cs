using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Kernels of matrix products, float32. A constant right operand is packed once.</summary>
internal static class ProductKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<FusedGemmOperator>(Fused);

    private static ProductKernel? Fused(CpuKernelContext context, FusedGemmOperator gemm, KernelRequest request)
    {
        Shape b = request.Inputs[1]!.Shape, c = request.Outputs[0].Shape;
        var (depth, columns) = gemm.TransposesRight ? (b[1], b[0]) : (b[0], b[1]);
        var shape = new GemmShape(columns == 0 ? 0 : c.Elements / columns, columns, depth, gemm.TransposesLeft, gemm.TransposesRight);
        return IsReal(request) ? new ProductKernel(context, shape, gemm.Alpha, Activations.Of(gemm.Activation), request.Constants) : null;
    }

    private static bool IsReal(KernelRequest request) => request.Inputs[0]!.ElementType == ElementType.Float32;

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
            _gemm = new CpuGemm(context.Level, context.Team);
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
