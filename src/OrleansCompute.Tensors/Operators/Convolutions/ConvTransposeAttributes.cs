using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Attributes of a transposed convolution. Immutable.</summary>
/// <param name="Common">Strides, pads, dilations, groups.</param>
/// <param name="OutputPadding">Further elements at the end of each spatial dimension of the output; null: 0.</param>
/// <param name="OutputSizes">Spatial sizes of the output, from which the pads are found; null: from the pads.</param>
public sealed record ConvTransposeAttributes(ConvolutionAttributes Common, IntList? OutputPadding = null, IntList? OutputSizes = null)
{
    /// <summary>Reads the attributes of a node.</summary>
    /// <exception cref="FormatException">An attribute has another type or value than ONNX allows.</exception>
    public static ConvTransposeAttributes Read(OperatorAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return new ConvTransposeAttributes(
            ConvolutionAttributes.Read(attributes),
            IntList.From(attributes.Numbers("output_padding")),
            IntList.From(attributes.Numbers("output_shape")));
    }

    /// <summary>The attributes as ONNX has them.</summary>
    public OperatorAttributes ToAttributes() =>
        Common.ToAttributes().With("output_padding", OutputPadding?.ToArray()).With("output_shape", OutputSizes?.ToArray());

    /// <summary>The geometry for given shapes; the output is the image.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="map">Static shape of the input.</param>
    /// <param name="weights">Static shape of the weights.</param>
    /// <exception cref="ShapeMismatchException">The shapes do not fit; the message names both.</exception>
    public ConvolutionGeometry For(string user, Shape map, Shape weights)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(weights);
        var groups = Common.Groups;
        if (map.Rank < 3 || weights.Rank != map.Rank || groups < 1 || map[1] != weights[0] || map[1] % groups != 0)
        {
            throw new ShapeMismatchException(
                $"{user}: input {map} and weights {weights} do not fit with {groups} groups: input [N, C, …], weights [C, M / groups, …], C a multiple of the groups.");
        }

        var window = WindowGeometry.CreateTransposed(user, Common.Window, map, weights.Dimensions[2..], OutputPadding, OutputSizes);
        return new ConvolutionGeometry(map[0], groups, checked(weights[1] * groups), map[1], window);
    }
}
