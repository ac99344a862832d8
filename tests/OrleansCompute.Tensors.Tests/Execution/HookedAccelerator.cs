using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Tests.Execution;

/// <summary>The reference accelerator with kernels of the test's choice.</summary>
internal sealed class HookedAccelerator(ReferenceAccelerator inner, Func<KernelRequest, IKernel?> create) : IAccelerator, IKernelLibrary
{
    public AcceleratorInfo Info => inner.Info;

    public ITensorAllocator Memory => inner.Memory;

    public IKernelLibrary Kernels => this;

    public IGraphBinding Binding => inner.Binding;

    public IAcceleratorMonitor Monitor => inner.Monitor;

    public string Name => inner.Kernels.Name;

    public IKernel? Create(KernelRequest request) => create(request);

    public void CopyToDevice(Tensor host, Tensor device) => inner.CopyToDevice(host, device);

    public void CopyToHost(Tensor device, Tensor host) => inner.CopyToHost(device, host);

    public void Synchronize() => inner.Synchronize();

    public void Dispose()
    {
        // The inner one belongs to the test.
    }
}
