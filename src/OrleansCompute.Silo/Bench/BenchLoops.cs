namespace OrleansCompute.Silo.Bench;

/// <summary>
/// What goes on beside a measurement. Whichever fails ends all of it, and the measurement: figures without the load they are of would be wrong. Start and
/// end are for one thread.
/// </summary>
internal sealed class BenchLoops(CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Task> _loops = [];
    private Exception? _failure;

    public void Start(Func<CancellationToken, Task> loop) => _loops.Add(WatchAsync(loop));

    /// <summary>Does work, which is cancelled when a loop fails.</summary>
    /// <exception cref="InvalidOperationException">A loop failed; the reason is within.</exception>
    public async Task<T> DuringAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        try
        {
            return await work(_end.Token);
        }
        catch (OperationCanceledException) when (Volatile.Read(ref _failure) is not null)
        {
            throw Failed();
        }
    }

    /// <summary>Ends all loops and waits for them.</summary>
    /// <exception cref="InvalidOperationException">A loop failed; the reason is within.</exception>
    public async Task StopAsync()
    {
        await EndAsync();
        if (_failure is not null)
        {
            throw Failed();
        }
    }

    /// <summary>Ends all loops and waits for them, whether they failed or not.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task EndAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_loops);
    }

    private async Task WatchAsync(Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(_end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // That is how loops end.
        }
#pragma warning disable CA1031 // Whatever it is, it is thrown again where the measurement waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
            await _end.CancelAsync();
        }
    }

    private InvalidOperationException Failed() => new($"What goes on beside the measurement failed: {_failure!.Message}", _failure);
}
