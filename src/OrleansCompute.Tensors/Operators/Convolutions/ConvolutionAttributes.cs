using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Attributes of a convolution. Immutable.</summary>
/// <param name="Window">Kernel, strides, pads, dilations.</param>
/// <param name="Groups">Groups of channels that do not mix, 1 or more.</param>
public sealed record ConvolutionAttributes(WindowAttributes Window, int Groups = 1)
{
    /// <summary>Stride 1, no padding, no groups.</summary>
    public ConvolutionAttributes()
        : this(new WindowAttributes())
    {
    }

    /// <summary>Reads the attributes of a node.</summary>
    /// <exception cref="FormatException">An attribute has another type or value than ONNX allows.</exception>
    public static ConvolutionAttributes Read(OperatorAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return new ConvolutionAttributes(WindowAttributes.Read(attributes), attributes.Number("group", 1));
    }

    /// <summary>The attributes as ONNX has them.</summary>
    public OperatorAttributes ToAttributes() => Groups == 1 ? Window.ToAttributes() : Window.ToAttributes().With("group", Groups);

    /// <summary>The geometry for given shapes.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="image">Static shape of the input.</param>
    /// <param name="weights">Static shape of the weights.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit; the message names both.</exception>
    public ConvolutionGeometry For(string user, Shape image, Shape weights)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(weights);
        if (image.Rank < 3 || weights.Rank != image.Rank || Groups < 1 || image[1] != (long)weights[1] * Groups || weights[0] % Groups != 0)
        {
            throw new ShapeMismatchException(
                $"{user}: input {image} and weights {weights} do not fit with {Groups} groups: input [N, C, …], weights [M, C / groups, …], M a multiple of the groups.");
        }

        var window = WindowGeometry.Create(user, Window, image, weights.Dimensions[2..]);
        return new ConvolutionGeometry(image[0], Groups, image[1], weights[0], window);
    }
}
