namespace OrleansCompute.Training.Accelerators;

/// <summary>A piece of work and the task that its caller awaits. The caller's cancellation counts only while the item waits. Thread-safe.</summary>
internal sealed class WorkItem<T> : IWorkItem
{
    private readonly Func<T> _work;
    private readonly CancellationToken _cancellationToken;

    // Continuations must not run on the accelerator's thread: they would be billed as compute and could block it.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private T? _result;
    private Exception? _error;
    private int _claimed;

    public WorkItem(Func<T> work, CancellationToken cancellationToken)
    {
        _work = work;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static item => ((WorkItem<T>)item!).Cancel(), this);
    }

    public Task<T> Task => _completion.Task;

    public bool TryStart()
    {
        var isOurs = Interlocked.Exchange(ref _claimed, 1) == 0;
        if (isOurs)
        {
            // Unregister and not Dispose: Dispose would wait for a callback that may be running.
            _registration.Unregister();
        }

        return isOurs;
    }

    public bool Execute()
    {
        try
        {
            _result = _work();
            return true;
        }
#pragma warning disable CA1031 // Whatever the work throws belongs to the caller that awaits it, not to the accelerator's thread.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _error = e;
            return false;
        }
    }

    public void Publish()
    {
        if (_error is null)
        {
            _completion.SetResult(_result!);
        }
        else
        {
            _completion.SetException(_error);
        }
    }

    public void Abort(Exception reason)
    {
        if (TryStart())
        {
            _completion.SetException(reason);
        }
    }

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _claimed, 1) == 0)
        {
            _completion.SetCanceled(_cancellationToken);
        }
    }
}
