using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>A function of one value.</summary>
internal sealed class UnaryStep(PlanSlot input, PlanSlot output, UnaryStep.Function function) : PlanStep
{
    public delegate void Function(ReadOnlySpan<float> input, Span<float> output);

    public override void Run(int batch) => function(input.Floats(batch), output.Floats(batch));
}

/// <summary>A function of two values.</summary>
internal sealed class BinaryStep(PlanSlot left, PlanSlot right, PlanSlot output, BinaryStep.Function function) : PlanStep
{
    public delegate void Function(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> output);

    public override void Run(int batch) => function(left.Floats(batch), right.Floats(batch), output.Floats(batch));
}

/// <summary>
/// Another shape for the same elements. The order of the elements is ONNX's (channels first), so images, which the plan keeps
/// channels-last, are turned on the way: 1 % of a training step of the reference CNN.
/// </summary>
internal sealed class ReshapeStep(IKernelSet kernels, Shape from, PlanSlot input, Shape to, PlanSlot output) : PlanStep
{
    private readonly AlignedBuffer _between = new();

    /// <summary>Whether memory order and logical order differ.</summary>
    public static bool IsTurned(Shape shape) => shape.Rank == 4 && shape[1] > 1 && shape[2] * shape[3] > 1;

    public override void Run(int batch)
    {
        ReadOnlySpan<float> source = input.Floats(batch);
        if (IsTurned(from))
        {
            var logical = output.Floats(batch);
            if (IsTurned(to))
            {
                _between.Ensure(source.Length);
                logical = _between.Floats[..source.Length];
            }

            kernels.ToChannelsFirst(batch, from[1], from[2] * from[3], source, logical);
            source = logical;
        }

        if (IsTurned(to))
        {
            kernels.ToChannelsLast(batch, to[1], to[2] * to[3], source, output.Floats(batch));
        }
        else if (!IsTurned(from))
        {
            source.CopyTo(output.Floats(batch));
        }
    }
}
