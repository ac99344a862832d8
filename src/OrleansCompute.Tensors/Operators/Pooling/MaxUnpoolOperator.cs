using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Operators.Convolutions;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Pooling;

/// <summary>
/// Puts each element of x where the indices of a <see cref="MaxPoolOperator"/> say it came from, zeros elsewhere: (x, indices, optional
/// output shape). An index counts in the smallest output; with an
/// output shape the element goes to the same coordinates there.
/// </summary>
/// <param name="Window">The window of the pooling.</param>
public sealed record MaxUnpoolOperator(WindowAttributes Window) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxUnpool";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Window.ToAttributes();

    /// <summary>Shape of the output without the third input: that of the smallest pooled input that fits.</summary>
    /// <exception cref="ShapeMismatchException">The window does not fit.</exception>
    public Shape Unpooled(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var geometry = WindowGeometry.CreateTransposed(Name, Window, shape, [], null, null);
        return new Shape([shape[0], shape[1], .. geometry.Image]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 3).RequireElementType(1, ElementType.Int64, ElementType.Int32);
        if (!inputs[0].Shape.Equals(inputs[1].Shape))
        {
            throw new ShapeMismatchException($"{Name}: x is {inputs[0]}, the indices are {inputs[1]}; the shapes must be equal.");
        }

        var unpooled = Unpooled(inputs[0].Shape);
        if (!inputs.Has(2))
        {
            return [inputs[0] with { Shape = unpooled }];
        }

        if (inputs.SmallNumbers(2) is not { } sizes)
        {
            return [inputs[0] with { Shape = new Shape(IntList.Repeat(Shape.Any, unpooled.Rank).AsSpan()) }];
        }

        return sizes.Length == unpooled.Rank && sizes.All(size => size >= 0)
            ? [inputs[0] with { Shape = new Shape(sizes) }]
            : throw new ShapeMismatchException($"{Name}: output_shape is [{string.Join(", ", sizes)}]; it must have {unpooled.Rank} sizes of 0 or more.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new MaxUnpoolGradientOperator(this), context.OutputGradient, context.Input(1))[0]);
        }
    }
}
