using System.Buffers;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>A float32 host tensor as memory that optimisers and collectives can hold.</summary>
internal sealed unsafe class TensorMemory(Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => tensor.AsSpan<float>();

    public override MemoryHandle Pin(int elementIndex = 0) => new((float*)tensor.Address + elementIndex);

    public override void Unpin()
    {
        // Native memory does not move.
    }

    protected override void Dispose(bool disposing)
    {
        // The tensor belongs to the plan.
    }
}
