using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Operators.Sampling;

/// <summary>
/// Short-time Fourier transform of a signal [N, L, 1] (real) or [N, L, 2] (complex): Fourier transforms of frames that follow one another by a
/// step. Inputs: the signal, the step, an optional window [frame], and an optional frame length. The result is [N, frames, bins, 2].
/// </summary>
/// <param name="IsOneSided">Whether only the first frame / 2 + 1 bins are wanted.</param>
public sealed record StftOperator(bool IsOneSided = true) : Operator
{
    /// <inheritdoc/>
    public override string Name => "STFT";

    /// <inheritdoc/>
    public override bool HasGradient => true;

    /// <inheritdoc/>
    public override OperatorAttributes Attributes => OperatorAttributes.Empty.With("onesided", IsOneSided);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorType> Infer(OperatorInputs inputs)
    {
        var shape = inputs.RequireCount(2, 4).RequireElementType(2, inputs[0].ElementType).RequireRank(0, 3);
        if (shape[2] is not (1 or 2) || !inputs[0].ElementType.IsFloatingPoint() || inputs[1].Shape.Elements != 1 || (!inputs.Has(2) && !inputs.Has(3)) || (inputs.Has(3) && inputs[3].Shape.Elements != 1))
        {
            throw new ShapeMismatchException($"{Name}: signal {inputs[0]} and step {inputs[1]}; they must be [N, L, 1] or [N, L, 2] in floating point and one integer, with a window or one frame length.");
        }

        if (Frames(shape, inputs) is not { } frames)
        {
            return [inputs[0] with { Shape = new Shape(shape[0], Shape.Any, Shape.Any, 2) }];
        }

        return [inputs[0] with { Shape = new Shape(shape[0], frames.Count, IsOneSided ? (frames.Length / 2) + 1 : frames.Length, 2) }];
    }

    /// <inheritdoc/>
    public override void AppendGradient(GradientContext context)
    {
        var gradients = context.Apply(
            new StftGradientOperator(this, context.OptionalInput(2) is not null),
            [context.OutputGradient, .. Enumerable.Range(0, context.InputCount).Select(context.OptionalInput)]);
        context.Give(0, gradients[0]);
        if (gradients.Count > 1)
        {
            context.Give(2, gradients[1]);
        }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(IReadOnlyList<TensorType?> inputs, IReadOnlyList<TensorType> outputs) =>
        new(8L * outputs[0].Shape.Elements * Math.Max(1, outputs[0].Shape.Rank > 2 ? outputs[0].Shape[2] : 1), Traffic(inputs, outputs));

    /// <summary>Number of frames, their length and step; null while they are not known.</summary>
    /// <exception cref="ShapeMismatchException">They do not fit the signal.</exception>
    internal (int Count, int Length, int Step)? Frames(Shape signal, OperatorInputs inputs)
    {
        if (inputs.Constant(1) is null || (inputs.Has(3) && inputs.Constant(3) is null))
        {
            return null;
        }

        long step = inputs.Numbers(1)![0], length = inputs.Has(3) ? inputs.Numbers(3)![0] : inputs[2].Shape.Elements;
        return step >= 1 && length >= 1 && length <= Math.Min(signal[1], DftOperator.MaxLength) && step <= int.MaxValue && (!inputs.Has(2) || inputs[2].Shape.Elements == length)
            ? ((int)(1 + ((signal[1] - length) / step)), (int)length, (int)step)
            : throw new ShapeMismatchException($"{Name}: step {step}, frame length {length}, window {(inputs.Has(2) ? inputs[2] : null)} of signal {signal}; step 1 or more, length 1 to {Math.Min(signal[1], DftOperator.MaxLength)} and that of the window.");
    }
}
