using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Convolutions;

/// <summary>Gradient of a transposed convolution's input from (dy, w, x): a convolution; of x only the shape is used.</summary>
/// <param name="Options">Those of the transposed convolution.</param>
public sealed record ConvTransposeInputGradientOperator(ConvTransposeAttributes Options) : Operator
{
    /// <inheritdoc/>
    public override string Name => "ConvTransposeInputGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Options.ToAttributes();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(3).RequireSameElementType(0, 1);
        var geometry = Options.For(Name, inputs[2].Shape, inputs[1].Shape);
        return geometry.ImageShape.Equals(inputs[0].Shape)
            ? [inputs[0] with { Shape = inputs[2].Shape }]
            : throw new ShapeMismatchException($"{Name}: the gradient is {inputs[0].Shape}, the output {geometry.ImageShape}.");
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new ConvTransposeOperator(Options), context.OutputGradient, context.Input(1))[0]);
        }

        if (context.Needs(1))
        {
            context.Give(1, context.Apply(new ConvTransposeWeightGradientOperator(Options), context.OutputGradient, context.Input(0), context.Input(1))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(Options.For(Name, inputs[2]!.Shape, inputs[1]!.Shape).Flops, Traffic([inputs[0], inputs[1]], outputs));
}
