using OrleansCompute.Tensors.Accelerators.Collectives;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// An open device: the four layers that a chip maker supplies. Thread-safe except where a member says otherwise; disposing waits for
/// running work and closes the device.
/// </summary>
public interface IAccelerator : IDisposable
{
    /// <summary>What the device is.</summary>
    AcceleratorInfo Info { get; }

    /// <summary>Layer 1, driver and runtime: memory.</summary>
    ITensorAllocator Memory { get; }

    /// <summary>Layer 2, kernels.</summary>
    IKernelLibrary Kernels { get; }

    /// <summary>Layer 2, collectives: default through host memory.</summary>
    ICollectiveLibrary Collectives => HostCollectiveLibrary.Instance;

    /// <summary>Layer 3, framework binding: how a graph is turned into one for this device.</summary>
    IGraphBinding Binding { get; }

    /// <summary>Layer 4, monitoring.</summary>
    IAcceleratorMonitor Monitor { get; }

    /// <summary>Layer 1: copies a contiguous host tensor into a contiguous tensor of this device, of the same type.</summary>
    void CopyToDevice(Tensor host, Tensor device);

    /// <summary>Layer 1: copies a contiguous tensor of this device into a contiguous host tensor of the same type; waits for the kernels before it.</summary>
    void CopyToHost(Tensor device, Tensor host);

    /// <summary>Layer 1: waits until all kernels called so far have finished.</summary>
    /// <exception cref="AcceleratorException">One of them failed.</exception>
    void Synchronize();

    /// <summary>Layer 1: a further queue of the device, for the caller to dispose of. Default: one that calls the members above from the thread pool.</summary>
    IAcceleratorStream CreateStream() => new QueuedStream(this);
}
