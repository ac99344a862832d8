using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>A block of memory held by a tensor without elements: its size may exceed what one tensor can have.</summary>
internal static class ByteBlock
{
    public static Tensor Allocate(ITensorAllocator memory, long bytes) =>
        new(new TensorType(ElementType.UInt8, new Shape(0)), memory.Allocate(Math.Max(bytes, MemoryPlanner.Alignment)));
}
