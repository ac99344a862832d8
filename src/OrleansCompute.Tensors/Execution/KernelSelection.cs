using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Kernels.Reference;

namespace OrleansCompute.Tensors.Execution;

/// <summary>Finds the kernel of a request: the accelerator's, else the reference one, on the host. Stateless.</summary>
internal static class KernelSelection
{
    /// <summary>A kernel and the library it is from.</summary>
    /// <exception cref="NotSupportedException">Nobody has one; the message names the operator.</exception>
    public static (IKernel Kernel, string Library) Create(KernelRequest request)
    {
        var accelerator = request.Accelerator;
        if (accelerator.Kernels.Create(request) is { } kernel)
        {
            return (kernel, accelerator.Kernels.Name);
        }

        kernel = ReferenceKernelLibrary.Instance.Create(request)
            ?? throw new NotSupportedException($"There is no kernel for operator {request.Operator.Name} on {accelerator.Kernels.Name}.");
        return (accelerator.Info.IsHostMemory ? kernel : new HostKernel(accelerator, kernel), "reference");
    }
}
