namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>Makes the kernel of one operator; null when it does not suit the types.</summary>
internal delegate IKernel? CpuKernelFactory(CpuKernelContext context, KernelRequest request);
