using OrleansCompute.Tensors.Operators.Elementwise;
using OrleansCompute.Tensors.Operators.Normalisations;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Graphs.Passes;

/// <summary>A node that multiplies and shifts a value by constants that differ along one dimension at most: x * factor + offset. Immutable.</summary>
/// <param name="Input">The value.</param>
/// <param name="Axis">The dimension of the value; null when the constants are one number.</param>
/// <param name="Factors">One, or one for each element of the dimension.</param>
/// <param name="Offsets">As many.</param>
internal sealed record ChannelAffine(GraphValue Input, int? Axis, double[] Factors, double[] Offsets)
{
    /// <summary>Numbers along the dimension.</summary>
    public int Channels => Factors.Length;

    /// <summary>Whether something is multiplied.</summary>
    public bool HasFactor => Factors.Any(factor => factor != 1);

    /// <summary>The node in this form; null when it is something else, or no constant.</summary>
    public static ChannelAffine? Of(GraphRewriter rewriter, GraphNode node)
    {
        if (node.Outputs is not [{ Type: { IsStatic: true, ElementType: ElementType.Float32 } result }])
        {
            return null;
        }

        if (node.Operator is BatchNormalizationOperator { IsTraining: false } norm)
        {
            return Normalisation(rewriter, node, norm);
        }

        if (node.Operator is AffineOperator affine)
        {
            return new ChannelAffine(rewriter.Input(node, 0)!, null, [affine.Factor], [affine.Offset]);
        }

        if (node.Operator is not (MulOperator or AddOperator or SubOperator or DivOperator))
        {
            return null;
        }

        for (var side = 0; side < 2; side++)
        {
            GraphValue value = rewriter.Input(node, side)!, other = rewriter.Input(node, 1 - side)!;
            if (value.Constant is not null || value.Type != result || other.Constant is not { } constant || Channel(constant.Shape, result.Shape) is not { } at
                || (side == 1 && node.Operator is DivOperator))
            {
                continue;
            }

            var numbers = constant.ToDoubles();
            double[] ones = [.. Enumerable.Repeat(1.0, numbers.Length)], zeros = new double[numbers.Length];
            int? axis = numbers.Length == 1 ? null : at;
            return node.Operator switch
            {
                MulOperator => new ChannelAffine(value, axis, numbers, zeros),
                DivOperator => Array.TrueForAll(numbers, number => number != 0) ? new ChannelAffine(value, axis, Array.ConvertAll(numbers, number => 1 / number), zeros) : null,
                AddOperator => new ChannelAffine(value, axis, ones, numbers),
                _ => side == 0
                    ? new ChannelAffine(value, axis, ones, Array.ConvertAll(numbers, number => -number))
                    : new ChannelAffine(value, axis, Array.ConvertAll(ones, one => -one), numbers),
            };
        }

        return null;
    }

    /// <summary>Factors and offsets for the channels of a layer; null when they are those of another dimension.</summary>
    public (double[] Factors, double[] Offsets)? For(int channels, int axis)
    {
        if (Factors.Length == 1)
        {
            return ([.. Enumerable.Repeat(Factors[0], channels)], [.. Enumerable.Repeat(Offsets[0], channels)]);
        }

        return Axis == axis && Factors.Length == channels ? (Factors, Offsets) : null;
    }

    private static ChannelAffine? Normalisation(GraphRewriter rewriter, GraphNode node, BatchNormalizationOperator norm)
    {
        var constants = new double[4][];
        for (var i = 0; i < 4; i++)
        {
            if (rewriter.Input(node, i + 1)?.Constant is not { } constant)
            {
                return null;
            }

            constants[i] = constant.ToDoubles();
        }

        double[] factors = new double[constants[0].Length], offsets = new double[factors.Length];
        for (var c = 0; c < factors.Length; c++)
        {
            factors[c] = constants[0][c] / Math.Sqrt(constants[3][c] + norm.Epsilon);
            offsets[c] = constants[1][c] - (constants[2][c] * factors[c]);
        }

        return new ChannelAffine(rewriter.Input(node, 0)!, 1, factors, offsets);
    }

    /// <summary>The one dimension of the result along which a constant differs; the first when it is one number; null when there are more.</summary>
    private static int? Channel(Shape constant, Shape result)
    {
        int? found = null;
        for (var back = 1; back <= constant.Rank; back++)
        {
            if (constant[constant.Rank - back] != 1)
            {
                if (found is not null)
                {
                    return null;
                }

                found = result.Rank - back;
            }
        }

        return found ?? 0;
    }
}
