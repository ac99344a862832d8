using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Runs a host kernel for a device that has none of its own: copies the inputs to the host and the outputs back.</summary>
internal sealed class HostKernel(IAccelerator accelerator, IKernel kernel) : IKernel
{
    public void Run(KernelCall call)
    {
        using var memory = new HostMemory();
        var inputs = new Tensor?[call.InputCount];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (call.OptionalInput(i) is { } input)
            {
                inputs[i] = ((ITensorAllocator)memory).Allocate(input.Type);
                accelerator.CopyToHost(input, inputs[i]!);
            }
        }

        var outputs = new Tensor?[call.OutputCount];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = call.HasOutput(i) ? ((ITensorAllocator)memory).Allocate(call.Output(i).Type) : null;
        }

        var host = new KernelCall(call.Operator, inputs, outputs, memory);
        kernel.Run(host);
        for (var i = 0; i < outputs.Length; i++)
        {
            accelerator.CopyToDevice(host.Output(i), call.AllocateOutput(i, host.Output(i).Type));
            host.Output(i).Dispose();
        }

        foreach (var input in inputs)
        {
            input?.Dispose();
        }
    }
}
