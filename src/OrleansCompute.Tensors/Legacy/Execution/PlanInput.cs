using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Legacy.Shapes;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Takes samples in the graph's order (channels first) into a plan's memory.</summary>
internal sealed class PlanInput(IKernelSet kernels, Shape shape, PlanSlot slot, int maxBatch)
{
    public void Load(ReadOnlySpan<float> samples, int batch)
    {
        if (batch < 0 || batch > maxBatch)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"Batch of {batch} samples; allowed 0 to {maxBatch}, the maximum that the plan was made for.");
        }

        if (samples.Length != (long)batch * shape.Elements)
        {
            throw new ShapeMismatchException(
                $"Input has {samples.Length} floats; {batch} samples of {shape} take {(long)batch * shape.Elements}.");
        }

        if (ReshapeStep.IsTurned(shape))
        {
            kernels.ToChannelsLast(batch, shape[1], shape[2] * shape[3], samples, slot.Floats(batch));
        }
        else
        {
            samples.CopyTo(slot.Floats(batch));
        }
    }
}
