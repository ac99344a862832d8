using OrleansCompute.Tensors.Kernels.Reference;
using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Graphs.Passes.Quantised;

/// <summary>Constant weights of bytes, signed, with zero as their zero point and a scale for each filter. Immutable.</summary>
/// <param name="Codes">In the order of the tensor.</param>
/// <param name="Shape">Shape of the tensor.</param>
/// <param name="Scales">One for each filter.</param>
internal sealed record QuantisedWeights(sbyte[] Codes, Shape Shape, float[] Scales)
{
    /// <summary>What a value was dequantised from, possibly transposed after; null when it is not constant bytes, or scaled along another dimension.</summary>
    /// <param name="rewriter">The graph.</param>
    /// <param name="value">Weights.</param>
    /// <param name="filterAxis">The dimension of the filters.</param>
    public static QuantisedWeights? Of(GraphRewriter rewriter, GraphValue? value, int filterAxis)
    {
        if (rewriter.Producer(value) is { } turned && Transpositions.Order(turned) is { } order && order.Length == 2 && order[0] == 1)
        {
            return Of(rewriter, rewriter.Input(turned, 0), 1 - filterAxis)?.Turned();
        }

        if (rewriter.Producer<DequantizeLinearOperator>(value) is not var (node, @operator) || @operator.BlockSize != 0
            || rewriter.Input(node, 0)?.Constant is not { } codes || rewriter.Input(node, 1)?.Constant is not { ElementType: ElementType.Float32 } scale
            || (rewriter.Input(node, 2) is { } zeroValue && zeroValue.Constant is null))
        {
            return null;
        }

        var filters = codes.Shape.Rank > filterAxis ? codes.Shape[filterAxis] : 0;
        var scales = scale.ToDoubles();
        if (filters == 0 || (scales.Length > 1 && codes.Shape.Axis(@operator.Axis, @operator.Name) != filterAxis))
        {
            return null;
        }

        return Signed(codes, rewriter.Input(node, 2)?.Constant, filterAxis) is { } signed
            ? new QuantisedWeights(signed, codes.Shape, [.. Enumerable.Range(0, filters).Select(i => (float)scales[scales.Length == 1 ? 0 : i])])
            : null;
    }

    /// <summary>Codes less their zero points; null when they do not fit a signed byte.</summary>
    /// <param name="codes">Bytes.</param>
    /// <param name="zero">One number, or one along the dimension of the filters; null: 0.</param>
    /// <param name="filterAxis">The dimension of the filters.</param>
    public static sbyte[]? Signed(Tensor codes, Tensor? zero, int filterAxis)
    {
        if (codes.ElementType is not (ElementType.UInt8 or ElementType.Int8))
        {
            return null;
        }

        int[] values = HostElements.Ints(codes), zeros = zero is null ? [0] : HostElements.Ints(zero);
        var inner = codes.Shape.Product(filterAxis + 1, codes.Shape.Rank);
        if (zeros.Length != 1 && zeros.Length != codes.Shape[filterAxis])
        {
            return null;
        }

        var signed = new sbyte[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var code = values[i] - zeros[zeros.Length == 1 ? 0 : i / inner % zeros.Length];
            if (code is < sbyte.MinValue or > sbyte.MaxValue)
            {
                return null;
            }

            signed[i] = (sbyte)code;
        }

        return signed;
    }

    /// <summary>A matrix with rows and columns exchanged.</summary>
    public QuantisedWeights Turned()
    {
        int rows = Shape[0], columns = Shape[1];
        var codes = new sbyte[Codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[(i % columns * rows) + (i / columns)] = Codes[i];
        }

        return new QuantisedWeights(codes, new Shape(columns, rows), Scales);
    }

    /// <summary>A bias as numbers to add to the sums of bytes: in units of the input's scale times the filter's.</summary>
    public int[] Bias(double[] bias, double inputScale) =>
        [.. bias.Select((value, i) => (int)Math.Clamp(Math.Round(value / (inputScale * Scales[i])), int.MinValue, int.MaxValue))];

    /// <summary>The codes as a constant.</summary>
    public GraphValue CodesIn(GraphRewriter rewriter, string name, Shape? shape = null) => rewriter.Constant(name, Tensor.Of<sbyte>(shape ?? Shape, Codes));

    /// <summary>Numbers that are constant, or dequantised from constants; null when they are not.</summary>
    public static double[]? Numbers(GraphRewriter rewriter, GraphValue value)
    {
        if (value.Constant is { } constant)
        {
            return constant.ToDoubles();
        }

        return rewriter.Producer<DequantizeLinearOperator>(value) is var (node, @operator)
            && GraphConstants.TryFold(@operator, [.. rewriter.Inputs(node).Select(input => input?.Constant)], true) is [var numbers]
            ? numbers.ToDoubles()
            : null;
    }
}
