using OrleansCompute.Tensors.Graphs.Passes;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>Layer 3 of a plug-in: turns a logical graph into a physical one for its device. Thread-safe.</summary>
public interface IGraphBinding
{
    /// <summary>
    /// The passes that follow the general ones, in order: fusions and layouts that the device has kernels for. Empty when there are none.
    /// </summary>
    IReadOnlyList<IGraphPass> Passes { get; }
}
