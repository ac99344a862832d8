using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>Bytes that stand for numbers by one constant scale and zero point. Immutable.</summary>
/// <param name="Codes">The bytes; for a QuantizeLinear the value that it reads.</param>
/// <param name="ScaleValue">Scale in the graph.</param>
/// <param name="ZeroValue">Zero point in the graph; null when it is left out.</param>
/// <param name="Scale">The scale.</param>
/// <param name="Zero">The zero point.</param>
/// <param name="Type">uint8 or int8.</param>
internal sealed record QuantisedValue(GraphValue Codes, GraphValue ScaleValue, GraphValue? ZeroValue, double Scale, int Zero, ElementType Type)
{
    /// <summary>The smallest code.</summary>
    public int Least => Type == ElementType.UInt8 ? 0 : -128;

    /// <summary>The largest code.</summary>
    public int Most => Type == ElementType.UInt8 ? 255 : 127;

    /// <summary>What a value was dequantised from.</summary>
    public static QuantisedValue? Of(GraphRewriter rewriter, GraphValue? value) =>
        rewriter.Producer<DequantizeLinearOperator>(value) is var (node, @operator) && @operator.BlockSize == 0
            ? Of(rewriter, node, rewriter.Input(node, 0)!.Type.ElementType)
            : null;

    /// <summary>How a QuantizeLinear or DequantizeLinear of one scale turns numbers into bytes; null when it has several scales, or they are not constant.</summary>
    public static QuantisedValue? Of(GraphRewriter rewriter, GraphNode node, ElementType type)
    {
        var (scale, zero) = (rewriter.Input(node, 1), rewriter.Input(node, 2));
        if (type is not (ElementType.UInt8 or ElementType.Int8) || scale?.Constant is not { ElementType: ElementType.Float32, Shape.Elements: 1 } number
            || (zero is not null && zero.Constant is not { Shape.Elements: 1 }))
        {
            return null;
        }

        var value = number.ToDoubles()[0];
        return value > 0 && double.IsFinite(value)
            ? new QuantisedValue(rewriter.Input(node, 0)!, scale, zero, value, zero is null ? 0 : (int)zero.Constant!.ToDoubles()[0], type)
            : null;
    }

    /// <summary>Whether equal codes mean equal numbers.</summary>
    public bool Means(QuantisedValue other) => Type == other.Type && Zero == other.Zero && Scale.Equals(other.Scale);

    /// <summary>The zero point in the graph, also where it was left out.</summary>
    public GraphValue ZeroOrDefault(GraphRewriter rewriter) =>
        ZeroValue ?? rewriter.Constant("zero", Tensor.Zeros(new TensorType(Type, Shape.Scalar)));
}
