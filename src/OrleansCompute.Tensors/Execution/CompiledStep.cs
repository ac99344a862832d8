using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>One kernel call of a compiled graph, with everything bound.</summary>
internal sealed class CompiledStep(GraphNode node, IKernel kernel, string library, KernelCall call, Tensor?[] outputs)
{
    private readonly Tensor?[] _outputs = outputs;

    public GraphNode Node => node;

    public IKernel Kernel => kernel;

    public string Library => library;

    public KernelCall Call => call;

    /// <summary>Outputs of the graph that are there after this step.</summary>
    public int[] Ready { get; set; } = [];

    /// <summary>Memory of the node's outputs; null where nobody wants one.</summary>
    public IReadOnlyList<Tensor?> Outputs => _outputs;

    /// <summary>Runs the kernel; what it put elsewhere (a view, the result of a sub-graph) is copied to its place.</summary>
    public void Run()
    {
        kernel.Run(call);
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (_outputs[i] is { } place && !ReferenceEquals(call.Output(i), place))
            {
                using var moved = call.Output(i);
                using var dense = moved.Contiguous();
                dense.CopyTo(place);
                call.SetOutput(i, place);
            }
        }
    }
}
