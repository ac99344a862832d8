namespace Orleans.Embedded;

/// <summary>The grain's end of one enumeration. Its sequence is touched on the grain's turn only.</summary>
internal sealed class EnumerationSession<T>(GrainRequest<IAsyncEnumerable<T>> request)
{
    // As official Orleans' default batch size.
    private const int MaxBatch = 100;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RequestTarget? _host;
    private IAsyncEnumerator<T>? _items;
    private Task<bool>? _pending;

    public bool IsFinished { get; private set; }

    public string Description => request.Description;

    public void Cancel()
    {
        if (_host is { } host)
        {
            host.Post(_stop.Cancel);
        }
        else
        {
            _stop.Cancel();
        }
    }

    /// <summary>Disposes the sequence on the grain's turn.</summary>
    public Task EndAsync()
    {
        if (_host is not { Instance: not null } host)
        {
            return Task.CompletedTask;
        }

        host.Post(() => _ = DisposeItemsAsync());
        return _host.Context is { } context ? Task.WhenAny(_ended.Task, context.Deactivated) : _ended.Task;
    }

    public async ValueTask<EnumerationBatch<T>> NextAsync(RequestTarget host, object instance)
    {
        if (_items is null)
        {
            _host = host;
            request.Target = host;
            RequestContext.Current = request.Context;
            _items = (await request.Call(instance)).GetAsyncEnumerator(_stop.Token);
        }
        else if (!ReferenceEquals(_host, host))
        {
            IsFinished = true;
            throw new EnumerationAbortedException($"The activation that produced {Description} is gone; enumerate again from the start.");
        }

        try
        {
            return await FillAsync(_items);
        }
        catch
        {
            await DisposeItemsAsync();
            throw;
        }
    }

    private async ValueTask<EnumerationBatch<T>> FillAsync(IAsyncEnumerator<T> items)
    {
        var batch = new List<T>();
        while (batch.Count < MaxBatch)
        {
            var next = _pending ?? items.MoveNextAsync().AsTask();
            _pending = null;
            if (!next.IsCompleted && batch.Count > 0)
            {
                // What there is goes out now; the rest with the next step.
                _pending = next;
                break;
            }

            if (next.IsFaulted && batch.Count > 0)
            {
                _pending = next;
                break;
            }

            if (!await next)
            {
                await DisposeItemsAsync();
                return new EnumerationBatch<T>(batch, true);
            }

            batch.Add(Copier<T>.Copy(items.Current));
        }

        return new EnumerationBatch<T>(batch, false);
    }

    private async Task DisposeItemsAsync()
    {
        IsFinished = true;
        try
        {
            if (_pending is not null)
            {
                await _pending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
            }

            if (_items is not null)
            {
                await _items.DisposeAsync();
            }
        }
        catch (NotSupportedException)
        {
            // A compiler-made iterator that still waits in MoveNextAsync ends by its cancelled token instead.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
