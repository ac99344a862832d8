using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Values;

/// <summary>Gives memory for tensors. Thread-safe.</summary>
public interface ITensorAllocator
{
    /// <summary>Allocates a block.</summary>
    /// <param name="bytes">Size, 0 or more.</param>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; nothing was allocated.</exception>
    TensorStorage Allocate(long bytes);

    /// <summary>Allocates a contiguous tensor; its contents are undefined.</summary>
    /// <param name="type">A static type.</param>
    /// <exception cref="MemoryBudgetException">The budget does not allow it; nothing was allocated.</exception>
    Tensor Allocate(TensorType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Tensor(type, Allocate(type.Bytes));
    }
}
