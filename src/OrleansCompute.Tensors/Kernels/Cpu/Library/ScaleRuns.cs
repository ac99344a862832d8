using OrleansCompute.Tensors.Operators.Quantisation;
using OrleansCompute.Tensors.Shapes;

namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Which scale of a quantisation an element has: one for all, one per slice of an axis, or one per block of an axis. Immutable.</summary>
internal sealed record ScaleRuns(Shape X, Shape Scales, int Axis, int BlockSize)
{
    /// <summary>Whether scales belong to blocks: they do not lie in runs.</summary>
    public bool IsBlocked => BlockSize > 0;

    public static ScaleRuns Of(KernelRequest request, int axis, int blockSize) => new(request.Inputs[0]!.Shape, request.Inputs[1]!.Shape, axis, blockSize);

    /// <summary>Elements that follow one another with the same scale.</summary>
    public int Inner(int all) => Scales.Elements == 1 ? Math.Max(all, 1) : X.Product(X.Axis(Axis, "axis") + 1, X.Rank);

    /// <summary>Number of an element's scale.</summary>
    public int Scale(int index) => QuantisationRules.ScaleIndex(index, X, Scales, Axis, BlockSize);
}
