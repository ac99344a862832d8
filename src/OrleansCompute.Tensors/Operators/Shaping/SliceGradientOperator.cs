using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Shaping;

/// <summary>Puts dy where a slice was cut from, zeros elsewhere: (dy, x, starts, ends, axes, steps); of x only the shape is used.</summary>
/// <param name="Forward">The slice.</param>
public sealed record SliceGradientOperator(SliceOperator Forward) : Operator
{
    /// <inheritdoc/>
    public override string Name => "SliceGradient";

    /// <inheritdoc/>
    public override string Domain => "oc";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => Forward.Attributes;

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        inputs.RequireCount(2, 6);
        if (Forward.Ranges(inputs[1].Shape, inputs, 2) is { } ranges && !inputs[0].Shape.Equals(new Shape(Array.ConvertAll(ranges, range => range.Count))))
        {
            throw new ShapeMismatchException($"{Name}: {inputs[0].Shape} is not the shape of this slice of {inputs[1].Shape}.");
        }

        return [inputs[0] with { Shape = inputs[1].Shape }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context) => context.Give(0, context.Apply(
        Forward, [context.OutputGradient, .. Enumerable.Range(2, context.InputCount - 2).Select(context.OptionalInput)])[0]);
}
