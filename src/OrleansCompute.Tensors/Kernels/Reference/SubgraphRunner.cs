using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Runs a sub-graph on the accelerator of a kernel, from and to host tensors. Not thread-safe.</summary>
internal sealed class SubgraphRunner(IAccelerator accelerator)
{
    private readonly GraphInterpreter _interpreter = new(accelerator);

    /// <summary>Runs it.</summary>
    /// <returns>Host tensors, for the caller to dispose of.</returns>
    public IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        if (accelerator.Info.IsHostMemory)
        {
            return _interpreter.Run(graph, inputs);
        }

        var device = inputs.Select(input =>
        {
            var copy = accelerator.Memory.Allocate(input.Type);
            accelerator.CopyToDevice(input, copy);
            return copy;
        }).ToArray();
        var results = _interpreter.Run(graph, device);
        foreach (var tensor in device)
        {
            tensor.Dispose();
        }

        return [.. results.Select(result =>
        {
            var host = Tensor.Zeros(result.Type);
            accelerator.CopyToHost(result, host);
            result.Dispose();
            return host;
        })];
    }
}
