using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// Layer 1: a queue of a device. What is put into one stream runs in that order; streams run beside each other. Calls return at once;
/// tensors must stay as they are until the work is done. Thread-safe. Disposing waits for the work.
/// </summary>
public interface IAcceleratorStream : IDisposable
{
    /// <summary>Queues a copy of a contiguous host tensor into a contiguous tensor of the device, of the same type.</summary>
    void CopyToDevice(Tensor host, Tensor device);

    /// <summary>Queues a copy of a contiguous tensor of the device into a contiguous host tensor of the same type.</summary>
    void CopyToHost(Tensor device, Tensor host);

    /// <summary>Queues a kernel. A kernel is not thread-safe: one stream at a time.</summary>
    void Run(IKernel kernel, KernelCall call);

    /// <summary>An event that is done when everything queued so far is.</summary>
    IAcceleratorEvent Record();

    /// <summary>What is queued from now on starts after the event.</summary>
    void Wait(IAcceleratorEvent awaited);

    /// <summary>Waits until everything queued so far is done.</summary>
    /// <exception cref="AcceleratorException">Something failed; what was queued behind it did not run. The inner exception is the cause.</exception>
    void Synchronize();
}
