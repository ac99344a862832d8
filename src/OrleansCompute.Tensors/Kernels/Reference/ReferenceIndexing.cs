using OrleansCompute.Tensors.Operators.Indexing;
using OrleansCompute.Tensors.Shapes;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Reference kernels of operators with indices.</summary>
internal static class ReferenceIndexing
{
    public static ReferenceKernelTable Table { get; } = new ReferenceKernelTable()
        .Add<GatherOperator>((o, call) => HostMoves.Gather(
            call.Input(0), call.Output(0), GatherSource(o.Name, o.Axis, call.Input(0).Shape, call.Output(0).Shape, call.Input(1))))
        .Add<GatherGradientOperator>((o, call) => HostMoves.AddUp(
            call.Input(0), call.Output(0), GatherSource(o.Name, o.Axis, call.Output(0).Shape, call.Input(0).Shape, call.Input(1))));

    /// <summary>For an element of the gathered tensor the element of x.</summary>
    private static Func<int, int> GatherSource(string name, int gatherAxis, Shape x, Shape gathered, Tensor indices)
    {
        var axis = x.Axis(gatherAxis, name);
        var values = Array.ConvertAll(HostElements.Integers(indices), index => IndexChecks.Normalize(name, index, x[axis]));
        var inner = x.Product(axis + 1, x.Rank);
        return i =>
        {
            var (outer, rest) = Math.DivRem(i, values.Length * inner);
            return (((outer * x[axis]) + values[rest / inner]) * inner) + (rest % inner);
        };
    }
}
