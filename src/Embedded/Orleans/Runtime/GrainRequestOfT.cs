namespace Orleans.Embedded;

/// <summary>A call with a result.</summary>
internal abstract class GrainRequest<T> : GrainRequest
{
    private TaskCompletionSource<T>? _completion;
    private CancellationTokenRegistration _cancellation;
    private CancellationTokenSource? _remoteCancellation;

    public override bool IsAbandoned => _completion is { Task.IsCompleted: true };

    /// <summary>Invokes the method on the object. On the target's turn.</summary>
    public abstract ValueTask<T> Call(object target);

    /// <summary>Prepares the caller's task. Continuations never run on the callee's turn.</summary>
    public Task<T> Open()
    {
        _completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Token.CanBeCanceled)
        {
            OpenCancellation();
        }

        return _completion.Task;
    }

    public override void Start(RequestTarget target)
    {
        Target = target;
        RequestContext.Current = Context;
        ValueTask<T> pending;
        try
        {
            pending = target.Filters.Length == 0 && target.Instance is not IIncomingGrainCallFilter
                ? Call(target.Instance!)
                : new IncomingCall<T>(this, target).RunAsync();
            if (!pending.IsCompletedSuccessfully)
            {
                _ = FinishAsync(pending, target);
                return;
            }

            var result = CopyResult(pending.Result);
            target.OnCompleted(this);
            Succeed(result);
        }
        catch (Exception exception)
        {
            target.OnCompleted(this);
            Fail(exception);
        }
    }

    public override void Fail(Exception error)
    {
        _cancellation.Dispose();
        _completion?.TrySetException(error);
    }

    public override void Cancel(CancellationToken token) => _completion?.TrySetCanceled(token);

    private void Succeed(T result)
    {
        if (_remoteCancellation is not null)
        {
            _cancellation.Dispose();
        }

        _completion?.TrySetResult(result);
    }

    private async Task FinishAsync(ValueTask<T> pending, RequestTarget target)
    {
        try
        {
            // Stays on the target's scheduler: the result is copied on its turn.
            var result = CopyResult(await pending);
            target.OnCompleted(this);
            Succeed(result);
        }
        catch (Exception exception)
        {
            target.OnCompleted(this);
            if (exception is OperationCanceledException cancelled && _completion is not null && _remoteCancellation is not null)
            {
                _cancellation.Dispose();
                _completion.TrySetCanceled(cancelled.CancellationToken);
                return;
            }

            Fail(exception);
        }
    }

    private T CopyResult(T result) => Method is { CopiesResult: true } ? Copier<T>.Copy(result) : result;

    private void OpenCancellation()
    {
        // The callee sees its own token, cancelled on its own turn, as if the signal had come over a wire.
        var callerToken = Token;
        _remoteCancellation = new CancellationTokenSource();
        Token = _remoteCancellation.Token;
        _cancellation = callerToken.UnsafeRegister(
            static (state, token) =>
            {
                var request = (GrainRequest<T>)state!;
                request.Cancel(token);
                if (request.Target is { } target)
                {
                    target.Post(request._remoteCancellation!.Cancel);
                }
                else
                {
                    request._remoteCancellation!.Cancel();
                }
            },
            this);
    }
}
