using OrleansCompute.Tensors.Kernels;

namespace OrleansCompute.Tensors.Legacy.Execution;

/// <summary>Where a value lives in a plan. Images are channels-last there, whatever the graph's shape says.</summary>
internal sealed class PlanSlot(AlignedBuffer buffer, int offset, int elements, bool hasBatch)
{
    public AlignedBuffer Buffer => buffer;

    /// <summary>The value for a batch; without a batch dimension, all of it.</summary>
    public Span<float> Floats(int batch) => buffer.Floats.Slice(offset, hasBatch ? batch * elements : elements);

    /// <inheritdoc cref="Floats"/>
    public Span<int> Ints(int batch) => buffer.Ints.Slice(offset, hasBatch ? batch * elements : elements);
}
