using OrleansCompute.Tensors.Legacy.Graph;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Operators;

/// <summary>Two-dimensional convolution of [N, channels, height, width] with weights [filters, channels, rows, columns] and an optional bias.</summary>
/// <param name="Stride">Step in both directions, 1 or more.</param>
/// <param name="Padding">Zeros on each side, 0 to the smaller filter side - 1.</param>
public sealed record Conv2dOperator(int Stride = 1, int Padding = 0) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Conv";

    /// <summary>The sizes as the kernels take them.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not fit each other.</exception>
    public Conv2dGeometry Geometry(Shape input, Shape weights)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(weights);
        if (input.Rank != 4 || !input.HasBatch || weights.Rank != 4 || input[1] != weights[1])
        {
            throw new ShapeMismatchException(
                $"Conv: input {input} with weights {weights}; expected [N, channels, height, width] and [filters, channels, rows, columns].");
        }

        var geometry = new Conv2dGeometry(input[1], input[2], input[3], weights[0], weights[2], weights[3], Stride, Padding);
        geometry.Validate();
        return geometry;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(IReadOnlyList<TensorType> inputs)
    {
        RequireInputs(inputs, 2, 3);
        var g = Geometry(inputs[0].Shape, inputs[1].Shape);
        if (inputs.Count == 3 && (inputs[2].Shape.Rank != 1 || inputs[2].Shape[0] != g.Filters))
        {
            throw new ShapeMismatchException($"Conv: bias {inputs[2].Shape} with weights {inputs[1].Shape}; expected [{g.Filters}].");
        }

        return [TensorType.Real(Shape.Batch, g.Filters, g.OutputHeight, g.OutputWidth)];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        GraphValue input = context.Input(0), weights = context.Input(1), gradient = context.OutputGradient;
        if (context.Needs(1) || context.Needs(2))
        {
            var gradients = context.Apply(new Conv2dWeightGradientOperator(this, weights.Type.Shape), input, gradient);
            context.Give(1, gradients[0]);
            if (context.Needs(2))
            {
                context.Give(2, gradients[1]);
            }
        }

        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new Conv2dInputGradientOperator(this, input.Type.Shape), weights, gradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType> inputs, IReadOnlyList<TensorType> outputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        var g = Geometry(inputs[0].Shape, inputs[1].Shape);
        var bias = inputs.Count == 3 ? 1 : 0;
        return new OperatorCost(g.OutputLength * ((2L * g.Depth) + bias), Traffic(inputs, outputs));
    }
}
