using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of convolutions: three sums over the same triples of image, weight and map elements.</summary>
internal static class ReferenceConvolutions
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<ConvOperator>((o, call) => ToMap(call, o.Options.For(o.Name, call.Input(0).Shape, call.Input(1).Shape)))
        .Add<ConvInputGradientOperator>((o, call) => ToImage(call, o.Options.For(o.Name, call.Input(2).Shape, call.Input(1).Shape), null))
        .Add<ConvWeightGradientOperator>((o, call) => ToWeights(call, o.Options.For(o.Name, call.Input(0).Shape, call.Input(2).Shape), 0, 1))
        .Add<ConvTransposeOperator>((o, call) => ToImage(call, o.Options.For(o.Name, call.Input(0).Shape, call.Input(1).Shape), call.OptionalInput(2)))
        .Add<ConvTransposeInputGradientOperator>((o, call) => ToMap(call, o.Options.For(o.Name, call.Input(2).Shape, call.Input(1).Shape), false))
        .Add<ConvTransposeWeightGradientOperator>((o, call) => ToWeights(call, o.Options.For(o.Name, call.Input(0).Shape, call.Input(2).Shape), 1, 0))
        .Add<ConvIntegerOperator>(Integer)
        .Add<QLinearConvOperator>(Quantised)
        .Add<ChannelSumOperator>((_, call) => ChannelSum(call))
        .Add<ChannelExpandLikeOperator>((_, call) => HostMoves.Gather(call.Input(0), call.Output(0), i => Channel(call.Output(0).Shape, i)));

    /// <summary>Calls the action for every product of a convolution: image element, weight, map element.</summary>
    private static void Visit(KernelCall call, ConvolutionGeometry g, Action<int, int, int> visit)
    {
        int inGroup = g.ImageChannels / g.Groups, outGroup = g.MapChannels / g.Groups;
        for (var position = 0; position < g.Window.MapSize; position++)
        {
            for (var tap = 0; tap < g.Window.KernelSize; tap++)
            {
                var pixel = g.Window.ImageIndex(position, tap);
                for (var map = 0; pixel >= 0 && map < g.Batch * g.MapChannels; map++)
                {
                    call.Poll(map);
                    var (batch, filter) = Math.DivRem(map, g.MapChannels);
                    for (var channel = 0; channel < inGroup; channel++)
                    {
                        var image = (batch * g.ImageChannels) + (filter / outGroup * inGroup) + channel;
                        visit(
                            (image * g.Window.ImageSize) + pixel,
                            (((filter * inGroup) + channel) * g.Window.KernelSize) + tap,
                            (map * g.Window.MapSize) + position);
                    }
                }
            }
        }
    }

    private static int Channel(Shape shape, int index) => index / shape.Product(2, shape.Rank) % shape[1];

    private static void AddBias(double[] sums, Tensor? bias, Shape shape)
    {
        var values = bias is null ? null : HostElements.Reals(bias);
        for (var i = 0; i < sums.Length && values is not null; i++)
        {
            sums[i] += values[Channel(shape, i)];
        }
    }

    private static void ToMap(KernelCall call, ConvolutionGeometry geometry, bool takesBias = true)
    {
        double[] image = HostElements.Reals(call.Input(0)), weights = HostElements.Reals(call.Input(1));
        var sums = new double[call.Output(0).Shape.Elements];
        Visit(call, geometry, (i, w, m) => sums[m] += image[i] * weights[w]);
        AddBias(sums, takesBias ? call.OptionalInput(2) : null, geometry.MapShape);
        HostElements.StoreReals(call.Output(0), sums);
    }

    private static void ToImage(KernelCall call, ConvolutionGeometry geometry, Tensor? bias)
    {
        double[] map = HostElements.Reals(call.Input(0)), weights = HostElements.Reals(call.Input(1));
        var sums = new double[call.Output(0).Shape.Elements];
        Visit(call, geometry, (i, w, m) => sums[i] += map[m] * weights[w]);
        AddBias(sums, bias, geometry.ImageShape);
        HostElements.StoreReals(call.Output(0), sums);
    }

    private static void ToWeights(KernelCall call, ConvolutionGeometry geometry, int imageInput, int mapInput)
    {
        double[] image = HostElements.Reals(call.Input(imageInput)), map = HostElements.Reals(call.Input(mapInput));
        var sums = new double[call.Output(0).Shape.Elements];
        Visit(call, geometry, (i, w, m) => sums[w] += image[i] * map[m]);
        HostElements.StoreReals(call.Output(0), sums);
    }

    private static void ChannelSum(KernelCall call)
    {
        var shape = call.Input(0).Shape;
        var values = HostElements.Reals(call.Input(0));
        var sums = new double[shape[1]];
        for (var i = 0; i < values.Length; i++)
        {
            sums[Channel(shape, i)] += values[i];
        }

        HostElements.StoreReals(call.Output(0), sums);
    }

    private static Int128[] Sums(KernelCall call, ConvolutionGeometry geometry, Tensor x, Tensor w, Tensor? xZero, Tensor? wZero)
    {
        Int128[] image = HostElements.Integers(x), weights = HostElements.Integers(w);
        Int128[] zeros = xZero is null ? [0] : HostElements.Integers(xZero), weightZeros = wZero is null ? [0] : HostElements.Integers(wZero);
        var perFilter = weights.Length / Math.Max(geometry.MapChannels, 1);
        var sums = new Int128[geometry.MapShape.Elements];
        Visit(call, geometry, (i, k, m) => sums[m] += (image[i] - zeros[0]) * (weights[k] - weightZeros[weightZeros.Length == 1 ? 0 : k / perFilter]));
        return sums;
    }

    private static void Integer(ConvIntegerOperator o, KernelCall call)
    {
        var geometry = o.Options.For(o.Name, call.Input(0).Shape, call.Input(1).Shape);
        HostElements.StoreIntegers(call.Output(0), Sums(call, geometry, call.Input(0), call.Input(1), call.OptionalInput(2), call.OptionalInput(3)));
    }

    private static void Quantised(QLinearConvOperator o, KernelCall call)
    {
        var geometry = o.Options.For(o.Name, call.Input(0).Shape, call.Input(3).Shape);
        var sums = Sums(call, geometry, call.Input(0), call.Input(3), call.Input(2), call.Input(5));
        double xScale = HostElements.Reals(call.Input(1))[0], yScale = HostElements.Reals(call.Input(6))[0];
        var scales = HostElements.Reals(call.Input(4));
        var zero = HostElements.Reals(call.Input(7))[0];
        var bias = call.OptionalInput(8) is { } given ? HostElements.Integers(given) : null;
        var (low, high) = call.Output(0).ElementType == ElementType.Int8 ? (-128, 127) : (0, 255);
        var results = new double[sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            var channel = Channel(geometry.MapShape, i);
            var value = (double)(sums[i] + (bias?[channel] ?? 0)) * xScale * scales[scales.Length == 1 ? 0 : channel] / yScale;
            results[i] = Math.Clamp(Math.Round(value, MidpointRounding.ToEven) + zero, low, high);
        }

        HostElements.StoreReals(call.Output(0), results);
    }
}
