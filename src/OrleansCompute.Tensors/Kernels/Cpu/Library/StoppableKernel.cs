namespace OrleansCompute.Tensors.Kernels.Cpu.Library;

/// <summary>A kernel whose threads look at a signal: hands it the token of each run, and throws when that was cancelled meanwhile.</summary>
internal class StoppableKernel : IKernel
{
    private readonly IKernel _kernel;
    private readonly StopSignal _stop;

    private StoppableKernel(IKernel kernel, StopSignal stop) => (_kernel, _stop) = (kernel, stop);

    public static IKernel Of(IKernel kernel, StopSignal stop) =>
        kernel is ISkipsUnusedOutputs ? new SkippingKernel(kernel, stop) : new StoppableKernel(kernel, stop);

    public void Run(KernelCall call)
    {
        var token = call.Cancellation;
        _stop.Begin(token);
        _kernel.Run(call);
        token.ThrowIfCancellationRequested();
    }

    private sealed class SkippingKernel(IKernel kernel, StopSignal stop) : StoppableKernel(kernel, stop), ISkipsUnusedOutputs;
}
