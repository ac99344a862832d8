using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Grains.Tests.Fabric;

/// <summary>The processor as a chip of its own, <c>gated</c>, whose next kernel can be held up: on the accelerator's thread, in the middle of a step.</summary>
public sealed class StepGate : IAcceleratorDriver, IDisposable
{
    private readonly ManualResetEventSlim _open = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isArmed;

    public string Name => "gated";

    /// <summary>Completes when a kernel is held up.</summary>
    public Task Entered => _entered.Task;

    public void Arm() => Volatile.Write(ref _isArmed, 1);

    public void Open() => _open.Set();

    public IReadOnlyList<AcceleratorInfo> Enumerate() => [new AcceleratorInfo(Name, 0, Name, long.MaxValue, 1, IsHostMemory: true)];

    public IAccelerator Open(AcceleratorInfo device, AcceleratorOptions options) => new Device(this, device);

    public void Dispose()
    {
        _open.Set();
        _open.Dispose();
    }

    private void Pass()
    {
        if (Interlocked.Exchange(ref _isArmed, 0) != 0)
        {
            _entered.SetResult();
            _open.Wait();
        }
    }

    private sealed class Device(StepGate gate, AcceleratorInfo info) : IAccelerator, IKernelLibrary
    {
        private readonly CpuAccelerator _inner = new(SimdSupport.Best);

        public AcceleratorInfo Info => info;

        public ITensorAllocator Memory => _inner.Memory;

        public IKernelLibrary Kernels => this;

        public IGraphBinding Binding => _inner.Binding;

        public IAcceleratorMonitor Monitor => _inner.Monitor;

        public string Name => info.Name;

        public IKernel? Create(KernelRequest request) => _inner.Kernels.Create(request) switch
        {
            null => null,
            ISkipsUnusedOutputs and IKernel kernel => new SkippingKernel(gate, kernel),
            var kernel => new Kernel(gate, kernel),
        };

        public void CopyToDevice(Tensor host, Tensor device) => _inner.CopyToDevice(host, device);

        public void CopyToHost(Tensor device, Tensor host) => _inner.CopyToHost(device, host);

        public void Synchronize() => _inner.Synchronize();

        public void Dispose() => _inner.Dispose();
    }

    private class Kernel(StepGate gate, IKernel inner) : IKernel
    {
        public void Run(KernelCall call)
        {
            gate.Pass();
            inner.Run(call);
        }
    }

    private sealed class SkippingKernel(StepGate gate, IKernel inner) : Kernel(gate, inner), ISkipsUnusedOutputs;
}
