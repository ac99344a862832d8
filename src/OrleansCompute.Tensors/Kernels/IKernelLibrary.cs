namespace OrleansCompute.Tensors.Kernels;

/// <summary>The kernels of one accelerator: layer 2 of a plug-in. Thread-safe.</summary>
public interface IKernelLibrary
{
    /// <summary>Name, for profiles and messages, for example <c>cpu-avx512</c>.</summary>
    string Name { get; }

    /// <summary>Makes a kernel.</summary>
    /// <returns>Null when the library has none for this operator and these types: then another library is asked.</returns>
    IKernel? Create(KernelRequest request);
}
