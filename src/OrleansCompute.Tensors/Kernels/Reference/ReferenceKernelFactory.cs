namespace OrleansCompute.Tensors.Kernels.Reference;

/// <summary>Makes the reference kernel of one operator.</summary>
internal delegate IKernel ReferenceKernelFactory(KernelRequest request);
