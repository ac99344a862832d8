using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Linear;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of products and convolutions of 8-bit integers.</summary>
internal static class ByteLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<MatMulIntegerOperator>((context, _, request) => Sums(context, request, new Places(0, 1, 2, 3), ProductShape.Of(request)) is { } run
            ? call => run(call, call.Output(0))
            : null)
        .Add<QLinearMatMulOperator>((context, _, request) => Quantised(
            context, request, new Places(0, 3, 2, 5), ProductShape.Of(request, right: 3), new QuantiseShape(), 1, 4))
        .Add<ConvIntegerOperator>((context, conv, request) =>
            Sums(context, request, new Places(1, 0, 3, 2), conv.Options.For(conv.Name, request.Inputs[0]!.Shape, request.Inputs[1]!.Shape)) is { } run
                ? call => run(call, call.Output(0))
                : null)
        .Add<QLinearConvOperator>(QLinearConv);

    private static Action<KernelCall>? QLinearConv(IlgpuContext context, QLinearConvOperator conv, KernelRequest request)
    {
        var geometry = conv.Options.For(conv.Name, request.Inputs[0]!.Shape, request.Inputs[3]!.Shape);
        var shape = new QuantiseShape { Rows = geometry.MapChannels, HasBias = request.Inputs.Count > 8 && request.Inputs[8] is not null ? 1 : 0 };
        return Quantise(context, request, Sums(context, request, new Places(3, 0, 5, 2), geometry), shape, 4, 1);
    }

    private static Action<KernelCall>? Quantised(
        IlgpuContext context, KernelRequest request, Places places, (ProductShape Shape, int Batches)? product, QuantiseShape shape, int leftScale, int rightScale) =>
        product is var (sizes, _) ? Quantise(context, request, Sums(context, request, places, product), shape with { Rows = sizes.Rows, Columns = sizes.Columns }, leftScale, rightScale) : null;

    /// <summary>Sums in scratch memory, then the bytes that they become.</summary>
    private static Action<KernelCall>? Quantise(
        IlgpuContext context, KernelRequest request, Action<KernelCall, Tensor>? sum, QuantiseShape shape, int leftScale, int rightScale)
    {
        if (sum is null)
        {
            return null;
        }

        int Step(int input) => request.Inputs[input]!.Shape.Elements == 1 ? 0 : 1;
        var output = request.Outputs[0];
        shape = shape with
        {
            Columns = shape.Columns > 0 ? shape.Columns : output.Shape.Product(2, output.Shape.Rank),
            LeftStep = Step(leftScale),
            RightStep = Step(rightScale),
            ScaleStep = Step(6),
            ZeroStep = Step(7),
            Flip = Flip(output.ElementType),
        };
        var type = new TensorType(ElementType.Int32, output.Shape);
        var quantise = context.Load("Quantise", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<int>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<byte>, QuantiseShape>(ByteKernels.Quantise));
        return call =>
        {
            using var sums = call.Scratch(type);
            sum(call, sums);
            var view = context.View<int>(sums);
            quantise(
                type.Shape.Elements,
                view,
                shape.HasBias != 0 ? context.View<int>(call.Input(8)) : view,
                context.View<float>(call.Input(leftScale)),
                context.View<float>(call.Input(rightScale)),
                context.View<float>(call.Input(6)),
                context.Bytes(call.Input(7)),
                context.Bytes(call.Output(0)),
                shape);
        };
    }

    private static Action<KernelCall, Tensor>? Sums(IlgpuContext context, KernelRequest request, Places places, ConvolutionGeometry geometry) =>
        ProductShape.Of(geometry, hasBias: false) is var (shape, columns, batches) ? Sums(context, request, places, shape, columns, batches) : null;

    private static Action<KernelCall, Tensor>? Sums(IlgpuContext context, KernelRequest request, Places places, (ProductShape Shape, int Batches)? product) =>
        product is var (shape, batches) ? Sums(context, request, places, shape, default, batches) : null;

    private static Action<KernelCall, Tensor>? Sums(
        IlgpuContext context, KernelRequest request, Places places, ProductShape shape, ColumnsShape columns, int batches)
    {
        if (ProductTiling.Create(context, shape.Rows, shape.Columns, shape.Inner, batches) is not { } tiling)
        {
            return null;
        }

        TensorType? Zero(int place) => place < request.Inputs.Count ? request.Inputs[place] : null;
        TensorType? leftZero = Zero(places.LeftZero), rightZero = Zero(places.RightZero);
        var bytes = new ByteShape
        {
            LeftFlip = Flip(request.Inputs[places.Left]!.ElementType),
            RightFlip = Flip(request.Inputs[places.Right]!.ElementType),
            HasLeftZero = leftZero is null ? 0 : 1,
            HasRightZero = rightZero is null ? 0 : 1,
            LeftStep = leftZero?.Shape.Elements > 1 ? 1 : 0,
            RightStep = rightZero?.Shape.Elements > 1 ? 1 : 0,
        };
        shape = shape with { Tile = tiling.Tile };
        var multiply = context.Load("MultiplyBytes", device => device.LoadStreamKernel<
            ArrayView<byte>, ArrayView<byte>, ArrayView<byte>, ArrayView<byte>, ArrayView<int>, ProductShape, ColumnsShape, ByteShape>(ByteKernels.Multiply));
        return (call, sums) =>
        {
            ArrayView<byte> left = context.Bytes(call.Input(places.Left)), right = context.Bytes(call.Input(places.Right));
            var leftZeros = leftZero is null ? left : context.Bytes(call.Input(places.LeftZero));
            var rightZeros = rightZero is null ? right : context.Bytes(call.Input(places.RightZero));
            var result = context.View<int>(sums);
            foreach (var (config, row, column) in tiling.Launches(call))
            {
                multiply(config, left, right, leftZeros, rightZeros, result, shape with { FirstRow = row, FirstColumn = column }, columns, bytes);
            }
        };
    }

    private static int Flip(ElementType type) => type == ElementType.Int8 ? 128 : 0;

    /// <summary>Which inputs are the matrices and their zero points.</summary>
    private readonly record struct Places(int Left, int Right, int LeftZero, int RightZero);
}
