namespace OrleansCompute.Tensors.Kernels.Ilgpu;

/// <summary>A kernel that launches what it was made with. Thread-safe as far as the tensors are.</summary>
internal sealed class IlgpuKernel(Action<KernelCall> run) : IKernel
{
    public void Run(KernelCall call) => run(call);
}
