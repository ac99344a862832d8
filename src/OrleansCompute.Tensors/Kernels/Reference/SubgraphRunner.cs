using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Execution;
using OrleansCompute.Tensors.Graphs;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>
/// Runs a sub-graph on the accelerator of a kernel, from and to host tensors, as part of the run that the call belongs to: one
/// cancellation and one budget of trips for all of it. Not thread-safe.
/// </summary>
internal sealed class SubgraphRunner(IAccelerator accelerator, KernelCall call)
{
    private readonly GraphInterpreter _interpreter = new(accelerator);

    /// <summary>Runs it.</summary>
    /// <returns>Host tensors, for the caller to dispose of.</returns>
    public IReadOnlyList<Tensor> Run(Graph graph, IReadOnlyList<Tensor> inputs)
    {
        if (accelerator.Info.IsHostMemory)
        {
            return _interpreter.Run(graph, inputs, call.Scope);
        }

        var device = new List<Tensor>();
        IReadOnlyList<Tensor> results = [];
        var host = new List<Tensor>();
        try
        {
            foreach (var input in inputs)
            {
                device.Add(accelerator.Memory.Allocate(input.Type));
                accelerator.CopyToDevice(input, device[^1]);
            }

            results = _interpreter.Run(graph, device, call.Scope);
            foreach (var result in results)
            {
                using var dense = result.Contiguous(accelerator.Memory);
                host.Add(call.Allocator.Allocate(result.Type));
                accelerator.CopyToHost(dense, host[^1]);
            }

            return host;
        }
        catch
        {
            foreach (var tensor in host)
            {
                tensor.Dispose();
            }

            throw;
        }
        finally
        {
            foreach (var tensor in device.Concat(results))
            {
                tensor.Dispose();
            }
        }
    }
}
