using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Operators.Pooling;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Sizes of operators as the raw kernels take them: one and two spatial dimensions. Stateless.</summary>
internal static class Geometries
{
    /// <summary>Null when there are more than two spatial dimensions.</summary>
    public static ConvGeometry? Convolution(ConvolutionGeometry g, bool channelsFirst)
    {
        var w = g.Window;
        if (w.Rank > 2)
        {
            return null;
        }

        int x = w.Rank - 1;
        var flat = w.Rank == 1;
        return new ConvGeometry(
            g.ImageChannels, flat ? 1 : w.Image[0], w.Image[x], g.MapChannels, flat ? 1 : w.Kernel[0], w.Kernel[x])
        {
            StrideY = flat ? 1 : w.Strides[0],
            StrideX = w.Strides[x],
            PadTop = flat ? 0 : w.PadsBegin[0],
            PadLeft = w.PadsBegin[x],
            PadBottom = flat ? 0 : w.PadsEnd[0],
            PadRight = w.PadsEnd[x],
            DilationY = flat ? 1 : w.Dilations[0],
            DilationX = w.Dilations[x],
            Groups = g.Groups,
            ChannelsFirst = channelsFirst,
        };
    }

    /// <summary>Null when the raw kernels do not cover it.</summary>
    /// <param name="options">The window.</param>
    /// <param name="image">Shape of the image, channels first.</param>
    /// <param name="channelsFirst">How the images lie.</param>
    /// <param name="countsPadding">Whether averages divide by the padding as well.</param>
    public static PoolGeometry? Pooling(PoolAttributes options, Shape image, bool channelsFirst, bool countsPadding = false)
    {
        var w = options.For("Pool", image);
        if (w.Rank > 2)
        {
            return null;
        }

        int x = w.Rank - 1;
        var flat = w.Rank == 1;
        var geometry = new PoolGeometry(image[1], flat ? 1 : w.Image[0], w.Image[x], flat ? 1 : w.Kernel[0], w.Kernel[x])
        {
            StrideY = flat ? 1 : w.Strides[0],
            StrideX = w.Strides[x],
            PadTop = flat ? 0 : w.PadsBegin[0],
            PadLeft = w.PadsBegin[x],
            PadBottom = flat ? 0 : w.PadsEnd[0],
            PadRight = w.PadsEnd[x],
            DilationY = flat ? 1 : w.Dilations[0],
            DilationX = w.Dilations[x],
            Ceiling = options.Ceil,
            ChannelsFirst = channelsFirst,
            CountsPadding = countsPadding,
        };
        var fits = geometry.PadTop < geometry.KernelHeight && geometry.PadBottom < geometry.KernelHeight && geometry.PadLeft < geometry.KernelWidth
            && geometry.PadRight < geometry.KernelWidth && geometry.OutputHeight == (flat ? 1 : w.Map[0]) && geometry.OutputWidth == w.Map[x];
        return fits ? geometry : null;
    }
}
