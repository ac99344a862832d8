using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>Attributes of a pooling. Immutable.</summary>
/// <param name="Window">Kernel, strides, pads, dilations.</param>
/// <param name="Ceil">Whether a last, incomplete window counts.</param>
/// <param name="IsGlobal">Whether the window is the whole plane; then the others are not used.</param>
public sealed record PoolAttributes(WindowAttributes Window, bool Ceil = false, bool IsGlobal = false)
{
    /// <summary>The whole plane.</summary>
    public static PoolAttributes Global { get; } = new(new WindowAttributes(), IsGlobal: true);

    /// <summary>Reads the attributes of a node.</summary>
    /// <exception cref="FormatException">An attribute has another type or value than ONNX allows.</exception>
    public static PoolAttributes Read(OperatorAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var window = WindowAttributes.Read(attributes);
        return window.Kernel is null
            ? throw new FormatException("Attribute kernel_shape is missing.")
            : new PoolAttributes(window, attributes.Number("ceil_mode", 0) != 0);
    }

    /// <summary>The attributes as ONNX has them.</summary>
    public OperatorAttributes ToAttributes() =>
        IsGlobal ? OperatorAttributes.Empty : Ceil ? Window.ToAttributes().With("ceil_mode", true) : Window.ToAttributes();

    /// <summary>The geometry for a given input.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="shape">Static shape of the input: batch, channels, spatial dimensions.</param>
    /// <exception cref="ShapeMismatchException">The window does not fit.</exception>
    public WindowGeometry For(string user, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return !IsGlobal ? WindowGeometry.Create(user, Window, shape, [], Ceil)
            : shape.Rank > 2 ? WindowGeometry.Create(user, Window, shape, shape.Dimensions[2..])
            : throw new ShapeMismatchException($"{user}: input {shape} needs batch, channels and one or more spatial dimensions.");
    }

    /// <summary>Shape of the output.</summary>
    /// <param name="user">Name of the operator, for messages.</param>
    /// <param name="shape">Static shape of the input.</param>
    /// <exception cref="ShapeMismatchException">The window does not fit.</exception>
    public Shape Output(string user, Shape shape) => new([.. shape.Dimensions[..Math.Min(2, shape.Rank)], .. For(user, shape).Map]);
}
