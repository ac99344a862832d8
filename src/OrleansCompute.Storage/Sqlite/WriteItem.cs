namespace OrleansCompute.Storage.Sqlite;

/// <summary>Work of one caller in the group commit. The writer's thread only, except for awaiting.</summary>
internal abstract class WriteItem
{
    /// <summary>Does the work inside the writer's transaction; may be called again after a rollback.</summary>
    public abstract void Execute(SqliteSession session);

    /// <summary>Remembers that the work failed for this caller alone.</summary>
    public abstract void Reject(Exception exception);

    /// <summary>Whether the caller gave up before the work began; then it is left out.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Tells the caller, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that the transaction failed.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>Work with a state, so that the callers' lambdas can be static, and a result.</summary>
internal sealed class WriteItem<TState, TResult>(TState state, Func<SqliteSession, TState, TResult> work, CancellationToken cancellationToken)
    : WriteItem
{
    // Asynchronously, so that no caller's code runs on the writer's thread.
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult _result = default!;
    private Exception? _rejection;
    private bool _cancelled;

    public Task<TResult> Task => _completion.Task;

    public override bool IsCancelled => _cancelled |= cancellationToken.IsCancellationRequested;

    public override void Execute(SqliteSession session)
    {
        _rejection = null;
        _result = work(session, state);
    }

    public override void Reject(Exception exception) => _rejection = exception;

    public override void Complete()
    {
        if (_cancelled)
        {
            _completion.TrySetCanceled(cancellationToken);
        }
        else if (_rejection is not null)
        {
            _completion.TrySetException(_rejection);
        }
        else
        {
            _completion.TrySetResult(_result);
        }
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
