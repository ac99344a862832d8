using OrleansCompute.Tensors.Kernels;
using OrleansCompute.Tensors.Values;

namespace OrleansCompute.Tensors.Accelerators;

/// <summary>
/// A stream for devices whose runtime has none: a chain of tasks on the thread pool that calls the accelerator. Copies on one stream
/// overlap with kernels on another. Thread-safe.
/// </summary>
/// <param name="accelerator">The device; must outlive the stream.</param>
public sealed class QueuedStream(IAccelerator accelerator) : IAcceleratorStream
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private bool _disposed;

    /// <inheritdoc/>
    public void CopyToDevice(Tensor host, Tensor device) => Add(() => accelerator.CopyToDevice(host, device));

    /// <inheritdoc/>
    public void CopyToHost(Tensor device, Tensor host) => Add(() => accelerator.CopyToHost(device, host));

    /// <inheritdoc/>
    public void Run(IKernel kernel, KernelCall call) => Add(() =>
    {
        kernel.Run(call);

        // Only then do events tell the truth: a kernel may merely have queued its work.
        accelerator.Synchronize();
    });

    /// <inheritdoc/>
    public IAcceleratorEvent Record()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new Mark(_last);
        }
    }

    /// <inheritdoc/>
    public void Wait(IAcceleratorEvent awaited)
    {
        ArgumentNullException.ThrowIfNull(awaited);
        Add(awaited.Wait);
    }

    /// <inheritdoc/>
    public void Synchronize() => Record().Wait();

    /// <inheritdoc/>
    public void Dispose()
    {
        Task last;
        lock (_gate)
        {
            _disposed = true;
            last = _last;
        }

        // What failed was, or will be, thrown where somebody waits; disposing only waits for the end.
        ((IAsyncResult)last).AsyncWaitHandle.WaitOne();
    }

    private void Add(Action work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _last = _last.ContinueWith(
                before =>
                {
                    before.GetAwaiter().GetResult();
                    work();
                },
                CancellationToken.None,
                TaskContinuationOptions.DenyChildAttach,
                TaskScheduler.Default);
        }
    }

    private sealed class Mark(Task task) : IAcceleratorEvent
    {
        public bool IsDone => task.IsCompleted;

        public void Wait()
        {
            try
            {
                task.GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                throw new AcceleratorException($"Work in the stream failed, and what was queued behind it did not run: {exception.Message}", exception);
            }
        }
    }
}
