using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Discrete Fourier transform along an axis of a signal [..., 1] (real) or [..., 2] (complex): the result is [..., 2]. The optional input 1 is
/// the length; a signal is cut or filled with zeros to it.
/// </summary>
/// <param name="Axis">The axis, not the last; negative counts from the end.</param>
/// <param name="IsInverse">Whether it is the inverse, divided by the length.</param>
/// <param name="IsOneSided">Whether only the first length / 2 + 1 are wanted, which say it all for a real signal.</param>
public sealed record DftOperator(int Axis = 1, bool IsInverse = false, bool IsOneSided = false) : Operator
{
    /// <summary>Longest transform: one whose length is a large prime works with some 110 bytes per element of it, 7 GB.</summary>
    internal const int MaxLength = 1 << 26;

    /// <inheritdoc/>
    public override string Name => "DFT";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes =>
        OperatorAttributes.Empty.With("axis", Axis).With("inverse", IsInverse).With("onesided", IsOneSided);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(1, 2).RequireRank(0, 2, Shape.MaxRank);
        var axis = shape.Axis(Axis, Name);
        var isKnown = !inputs.Has(1) || inputs.Constant(1) is not null;
        long length = inputs.Has(1) ? inputs.Numbers(1) is { Length: 1 } given ? given[0] : Shape.Any : shape[axis];
        if (axis == shape.Rank - 1 || shape[shape.Rank - 1] is not (1 or 2) || !inputs[0].ElementType.IsFloatingPoint() || (isKnown && length is < 1 or > MaxLength))
        {
            throw new ShapeMismatchException($"{Name}: signal {inputs[0]}, axis {Axis}, length {length}; the last dimension must be 1 or 2, the axis another, the length 1 to {MaxLength}.");
        }

        return [inputs[0] with { Shape = shape.With(axis, isKnown ? Bins((int)length) : Shape.Any).With(shape.Rank - 1, 2) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        if (context.Needs(0))
        {
            context.Give(0, context.Apply(new DftGradientOperator(this), context.OutputGradient, context.Input(0), context.OptionalInput(1))[0]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(4L * outputs[0].Shape.Elements * inputs[0]!.Shape[inputs[0]!.Shape.Axis(Axis, Name)], Traffic(inputs, outputs));

    /// <summary>Results along the axis for a length.</summary>
    internal int Bins(int length) => IsOneSided ? (length / 2) + 1 : length;
}
