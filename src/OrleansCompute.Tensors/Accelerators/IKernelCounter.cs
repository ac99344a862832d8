namespace OrleansCompute.Tensors.Accelerators;

/// <summary>An accelerator that is told how many kernels ran, once a run, for its monitor.</summary>
internal interface IKernelCounter
{
    /// <summary>Adds to the count. Thread-safe.</summary>
    void Add(int kernels);
}
