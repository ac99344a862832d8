namespace OrleansCompute.Tensors.Kernels;

/// <summary>Computes one operator for fixed types. Not thread-safe: it may keep scratch memory and prepared weights.</summary>
public interface IKernel
{
    /// <summary>Computes the outputs from the inputs. On a device it may only enqueue the work.</summary>
    /// <param name="call">The tensors. Inputs and outputs are contiguous unless the kernel said that it takes strides.</param>
    void Run(KernelCall call);
}
