using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators.Collectives;

/// <summary>
/// Accelerators of one process that work together. One call serves all members: tensor i is in memory of member i, contiguous. Element
/// types: float32, float64, float16, bfloat16, int32, int64 (means only of the first four). Sums are added in an order that depends on
/// the number of members alone, so that every run, and every member, gets the same bits. Not thread-safe.
/// </summary>
public interface ICollectiveGroup : IDisposable
{
    /// <summary>Number of members.</summary>
    int Size { get; }

    /// <summary>Replaces each tensor by the sum or mean of all.</summary>
    /// <exception cref="ShapeMismatchException">The tensors are not one per member, of one type.</exception>
    void AllReduce(IReadOnlyList<Tensor> tensors, CollectiveReduction reduction);

    /// <summary>Replaces each tensor by that of one member.</summary>
    /// <param name="tensors">One per member, of one type; of any element type.</param>
    /// <param name="root">Number of the member, 0 to Size - 1.</param>
    /// <exception cref="ShapeMismatchException">The tensors are not one per member, of one type.</exception>
    void Broadcast(IReadOnlyList<Tensor> tensors, int root);

    /// <summary>Gives each member the parts of all, in the order of their numbers.</summary>
    /// <param name="parts">One per member, of one type; of any element type.</param>
    /// <param name="wholes">One per member, with Size times the elements of a part.</param>
    /// <exception cref="ShapeMismatchException">The tensors do not fit.</exception>
    void AllGather(IReadOnlyList<Tensor> parts, IReadOnlyList<Tensor> wholes);

    /// <summary>Gives member i the i-th part of the sum or mean of all.</summary>
    /// <param name="wholes">One per member, of one type; unchanged.</param>
    /// <param name="parts">One per member; a whole has Size times the elements of a part.</param>
    /// <param name="reduction">How.</param>
    /// <exception cref="ShapeMismatchException">The tensors do not fit.</exception>
    void ReduceScatter(IReadOnlyList<Tensor> wholes, IReadOnlyList<Tensor> parts, CollectiveReduction reduction);
}
