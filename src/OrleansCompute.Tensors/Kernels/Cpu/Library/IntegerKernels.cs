using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Operators.Physical;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>
/// Kernels of convolutions and products of bytes with sums as results. Weights are signed constants with zero as their zero point. The
/// input's zero point may change from run to run, as DynamicQuantizeLinear chooses it: then the weights are packed again, as the sums of
/// their columns times the zero point are part of the packed form.
/// </summary>
internal static class IntegerKernels
{
    public static CpuKernelTable Table { get; } = new CpuKernelTable()
        .Add<MatMulIntegerOperator>((context, _, request) => Product(context, request) ?? IntegerProducts.Product(context, request))
        .Add<ConvIntegerLastOperator>(Images);

    private static ProductKernel? Product(CpuKernelContext context, KernelRequest request)
    {
        Shape left = request.Inputs[0]!.Shape, right = request.Inputs[1]!.Shape;
        return left.Rank == 2 && right.Rank == 2 && left.Elements > 0 && right.Elements > 0 && left[1] <= CpuInt8Gemm.MaxDepth && Fits(request)
            ? new ProductKernel(new CpuInt8Gemm(context.Level, context.Team, context.Stop), request, left[0], left[1], right[1])
            : null;
    }

    private static ConvKernel? Images(CpuKernelContext context, ConvIntegerLastOperator conv, KernelRequest request) =>
        Fits(request) && Geometries.Convolution(conv.Geometry(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape), false) is { } geometry
            && request.Inputs[0]!.Shape.Elements > 0 && geometry.Area * (long)geometry.GroupChannels <= CpuInt8Gemm.MaxDepth
            ? new ConvKernel(new CpuInt8Convolution(geometry, context.Level, context.Team, context.Stop), request)
            : null;

    private static bool Fits(KernelRequest request) =>
        request.Inputs[1]!.ElementType == ElementType.Int8 && request.Constants[1] is not null && QuantisedLayer.IsZero(request, 3)
        && (request.Inputs.Count < 3 || request.Inputs[2] is null or { Shape.Elements: 1 });

    private static int Zero(KernelCall call) => call.OptionalInput(2) switch
    {
        null => 0,
        { ElementType: ElementType.Int8 } zero => zero.AsSpan<sbyte>()[0],
        var zero => zero.AsSpan<byte>()[0],
    };

    private sealed unsafe class ProductKernel(CpuInt8Gemm gemm, KernelRequest request, int rows, int depth, int columns) : IKernel
    {
        private int? _zero;

        public void Run(KernelCall call)
        {
            if (_zero != Zero(call))
            {
                _zero = Zero(call);
                gemm.Prepare(depth, columns, request.Constants[1]!.AsSpan<sbyte>(), false, _zero.Value, request.Inputs[0]!.ElementType == ElementType.Int8, [], [], []);
            }

            gemm.Run(rows, call.Input(0).Address, depth, new Int8Output(Int8OutputKind.Int32), call.Output(0).Address, columns);
        }
    }

    private sealed unsafe class ConvKernel(CpuInt8Convolution conv, KernelRequest request) : IKernel
    {
        private int? _zero;

        public void Run(KernelCall call)
        {
            if (_zero != Zero(call))
            {
                _zero = Zero(call);
                conv.Prepare(request.Constants[1]!.AsSpan<sbyte>(), _zero.Value, request.Inputs[0]!.ElementType == ElementType.Int8, [], [], []);
            }

            conv.Run(call.Input(0).Shape[0], call.Input(0).Address, new Int8Output(Int8OutputKind.Int32), call.Output(0).Address);
        }
    }
}
