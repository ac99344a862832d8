using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>
/// Convolution (cross-correlation): x [N, C, …], w [M, C / groups, …], optional bias [M], with one or more spatial dimensions.
/// </summary>
/// <param name="Options">Strides, pads, dilations, groups.</param>
public sealed record ConvOperator(ConvolutionAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "Conv";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 3).RequireSameElementType(0, 1);
        var geometry = Options.For(Name, inputs[0].Shape, inputs[1].Shape);
        if (inputs.Has(2) && inputs[2] != inputs[0] with { Shape = new Shape(geometry.MapChannels) })
        {
            throw new ShapeMismatchException($"{Name}: the bias is {inputs[2]}; it must be {inputs[0].ElementType} [{geometry.MapChannels}].");
        }

        return [inputs[0] with { Shape = geometry.MapShape }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ConvInputGradientOperator(Options), context.OutputGradient, context.Input(1), context.Input(0))[0]);
        }

        if (context.Needs(1))
        {
            context.Give(1, context.Apply(new ConvWeightGradientOperator(Options), context.Input(0), context.OutputGradient, context.Input(1))[0]);
        }

        if (context.Needs(2))
        {
            context.Give(2, context.Apply(new ChannelSumOperator(), context.OutputGradient)[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(Options.For(Name, inputs[0]!.Shape, inputs[1]!.Shape).Flops, Traffic(inputs, outputs));
}
