using ILGPU;
using ILGPU.Runtime;
using OrleansCompute.Tensors.Operators.Convolutions;

namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>Launches of convolutions over one or two dimensions, on float32; of 16-bit numbers by <see cref="NarrowLaunches"/>.</summary>
internal static class ConvolutionLaunches
{
    public static IlgpuKernelTable Table { get; } = new IlgpuKernelTable()
        .Add<ConvOperator>((context, o, r) => r.Outputs[0].ElementType.IsNarrow()
            ? NarrowLaunches.Convolution(context, r, o.Options.For(o.Name, r.Inputs[0]!.Shape, r.Inputs[1]!.Shape))
            : ToMap(context, r, o.Options.For(o.Name, r.Inputs[0]!.Shape, r.Inputs[1]!.Shape), takesBias: true))
        .Add<ConvTransposeInputGradientOperator>((context, o, r) => ToMap(context, r, o.Options.For(o.Name, r.Inputs[2]!.Shape, r.Inputs[1]!.Shape), takesBias: false))
        .Add<ConvInputGradientOperator>((context, o, r) => ToImage(context, r, o.Options.For(o.Name, r.Inputs[2]!.Shape, r.Inputs[1]!.Shape), takesBias: false))
        .Add<ConvTransposeOperator>((context, o, r) => ToImage(context, r, o.Options.For(o.Name, r.Inputs[0]!.Shape, r.Inputs[1]!.Shape), takesBias: true))
        .Add<ConvWeightGradientOperator>((context, o, r) => ToWeights(context, r, o.Options.For(o.Name, r.Inputs[0]!.Shape, r.Inputs[2]!.Shape), 0, 1))
        .Add<ConvTransposeWeightGradientOperator>((context, o, r) => ToWeights(context, r, o.Options.For(o.Name, r.Inputs[0]!.Shape, r.Inputs[2]!.Shape), 1, 0));

    private static ConvolutionShape? Shape(ConvolutionGeometry g) => PlaneShape.Create(g.Window) is { } plane
        ? new ConvolutionShape(plane, g.Batch, g.Groups, g.ImageChannels / g.Groups, g.MapChannels / g.Groups)
        : null;

    private static Action<KernelCall>? ToMap(IlgpuContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias)
    {
        var run = context.Load("ToMap", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ConvolutionShape, int>(ConvolutionKernels.ToMap));
        return Launch(context, request, geometry, takesBias, run);
    }

    private static Action<KernelCall>? ToImage(IlgpuContext context, KernelRequest request, ConvolutionGeometry geometry, bool takesBias)
    {
        var run = context.Load("ToImage", device => device.LoadAutoGroupedStreamKernel<
            Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ConvolutionShape, int>(ConvolutionKernels.ToImage));
        return Launch(context, request, geometry, takesBias, run);
    }

    private static Action<KernelCall>? Launch(
        IlgpuContext context,
        KernelRequest request,
        ConvolutionGeometry geometry,
        bool takesBias,
        Action<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ConvolutionShape, int> run)
    {
        if (!IlgpuKernelLibrary.AreReal(request, takesBias ? 3 : 2) || Shape(geometry) is not { } shape)
        {
            return null;
        }

        var count = request.Outputs[0].Shape.Elements;
        var steps = (long)Math.Max(shape.Channels, shape.Filters) * shape.Plane.Kernel;
        return call =>
        {
            var result = context.View<float>(call.Output(0));
            var bias = takesBias ? call.OptionalInput(2) : null;
            Cut(context, call, count, steps, shape, (length, part) => run(
                length, context.View<float>(call.Input(0)), context.View<float>(call.Input(1)), bias is null ? result : context.View<float>(bias), result, part, bias is null ? 0 : 1));
        };
    }

    private static Action<KernelCall>? ToWeights(IlgpuContext context, KernelRequest request, ConvolutionGeometry geometry, int image, int map)
    {
        if (!IlgpuKernelLibrary.AreReal(request, 2) || Shape(geometry) is not { } shape)
        {
            return null;
        }

        var count = request.Outputs[0].Shape.Elements;
        var run = context.Load("ToWeights", device =>
            device.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>, ArrayView<float>, ArrayView<float>, ConvolutionShape>(ConvolutionKernels.ToWeights));
        var steps = (long)shape.Batch * shape.Plane.Map;
        return call => Cut(context, call, count, steps, shape, (length, part) => run(
            length, context.View<float>(call.Input(image)), context.View<float>(call.Input(map)), context.View<float>(call.Output(0)), part));
    }

    /// <summary>Launches for all elements of a result, of which each takes so many multiply-adds.</summary>
    private static void Cut(IlgpuContext context, KernelCall call, int count, long steps, ConvolutionShape shape, Action<Index1D, ConvolutionShape> launch)
    {
        var items = LaunchCuts.Items(context, steps, count);
        for (var first = 0; first < count; first += items)
        {
            if (first > 0)
            {
                LaunchCuts.Between(context, call);
            }

            launch(Math.Min(items, count - first), shape with { First = first });
        }
    }
}
