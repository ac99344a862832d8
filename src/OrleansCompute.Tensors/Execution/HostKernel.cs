using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Runs a host kernel for a device that has none of its own: copies the inputs to the host and the outputs back. What it takes on the
/// host counts against what is left of the device's budget.
/// </summary>
internal sealed class HostKernel(IAccelerator accelerator, IKernel kernel) : IKernel
{
    public void Run(KernelCall call)
    {
        var left = accelerator.Info.MemoryBytes - accelerator.Monitor.Read().MemoryUsedBytes;
        using var memory = new HostMemory(Math.Max(1, left));
        var inputs = new Tensor?[call.InputCount];
        KernelCall? host = null;
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                if (call.OptionalInput(i) is { } input)
                {
                    inputs[i] = ((ITensorAllocator)memory).Allocate(input.Type);
                    accelerator.CopyToHost(input, inputs[i]!);
                }
            }

            host = new KernelCall(call.Operator, inputs, new Tensor?[call.OutputCount], memory, call.Scope);
            for (var i = 0; i < host.OutputCount; i++)
            {
                if (call.HasOutput(i))
                {
                    host.AllocateOutput(i, call.Output(i).Type);
                }
            }

            kernel.Run(host);
            for (var i = 0; i < host.OutputCount; i++)
            {
                accelerator.CopyToDevice(host.Output(i), call.AllocateOutput(i, host.Output(i).Type));
            }
        }
        catch (MemoryBudgetException exception)
        {
            throw new MemoryBudgetException(
                $"{call.Operator.Name} has no kernel on {accelerator.Info.Name} and runs on the host, within what is left of the budget of {accelerator.Info.MemoryBytes} bytes: {exception.Message}", exception);
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }

            for (var i = 0; i < host?.OutputCount; i++)
            {
                if (host.HasOutput(i))
                {
                    host.Output(i).Dispose();
                }
            }
        }
    }
}
