using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Largest value of each square window; the second output holds the position within the window.</summary>
/// <param name="Size">Side of the window, 1 or more.</param>
/// <param name="Stride">Step in both directions, 1 or more.</param>
public sealed record MaxPool2dOperator(int Size, int Stride) : Operator
{
    /// <inheritdoc/>
    public override string Name => "MaxPool";

    /// <summary>The sizes as the kernels take them.</summary>
    /// <exception cref="ShapeMismatchException">The window does not fit the input.</exception>
    public MaxPool2dGeometry Geometry(Shape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 4 || !input.HasBatch)
        {
            throw RankError(input, "[N, channels, height, width]");
        }

        var geometry = new MaxPool2dGeometry(input[1], input[2], input[3], Size, Stride);
        geometry.Validate();
        return geometry;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 1, 1);
        var g = Geometry(inputs[0].Shape);
        var shape = new Shape(Shape.Batch, g.Channels, g.OutputHeight, g.OutputWidth);
        return [new TensorType(ElementType.Float32, shape), new TensorType(ElementType.Int32, shape)];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Needs(0))
        {
            var backward = new MaxPool2dGradientOperator(this, context.Input(0).Type.Shape);
            context.Give(0, context.Apply(backward, context.Output(1), context.OutputGradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new OperatorCost((long)outputs[0].Shape.Elements * Size * Size, Traffic(inputs, outputs));
    }
}
