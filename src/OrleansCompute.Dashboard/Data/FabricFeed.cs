using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansCompute.Dashboard.Data;

/// <summary>
/// One look at the fabric for all who watch: twenty browsers cost the grains as much as one, and none costs nothing. Thread-safe.
/// </summary>
internal sealed partial class FabricFeed(
    FabricReader reader, IOptions<DashboardOptions> options, TimeProvider clock, ILogger<FabricFeed> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource<FabricSnapshot> _next = NewSignal();
    private FabricSnapshot? _latest;
    private Task<FabricSnapshot>? _look;
    private CancellationTokenSource? _loop;
    private int _watchers;

    /// <summary>How many watch now.</summary>
    public int Watchers
    {
        get
        {
            lock (_gate)
            {
                return _watchers;
            }
        }
    }

    /// <summary>The fabric as of at most two intervals ago.</summary>
    public async Task<FabricSnapshot> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_latest is { } latest && clock.GetUtcNow() - latest.TakenAt < 2 * options.Value.RefreshInterval)
            {
                return latest;
            }
        }

        return await LookAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Every new look, as long as it is enumerated; one who is slow misses the looks in between.</summary>
    public async IAsyncEnumerable<FabricSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            long seen = 0;
            while (true)
            {
                Task<FabricSnapshot> next;
                FabricSnapshot? latest;
                lock (_gate)
                {
                    next = _next.Task;
                    latest = _latest;
                }

                var snapshot = latest is not null && latest.Version > seen ? latest : await next.WaitAsync(cancellationToken);
                seen = snapshot.Version;
                yield return snapshot;
            }
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        _disposed.Cancel();
        lock (_gate)
        {
            _next.TrySetCanceled(_disposed.Token);
        }
    }

    private static TaskCompletionSource<FabricSnapshot> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Enter()
    {
        lock (_gate)
        {
            if (++_watchers == 1)
            {
                _loop = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
                _ = RunAsync(_loop.Token);
            }
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_watchers == 0)
            {
                _loop?.Cancel();
                _loop?.Dispose();
                _loop = null;
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // A look that failed has been logged; the next one may succeed.
            await ((Task)LookAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(options.Value.RefreshInterval, clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Joins the look under way, or begins one.</summary>
    private Task<FabricSnapshot> LookAsync()
    {
        lock (_gate)
        {
            return _look ??= Task.Run(ReadAndPublishAsync);
        }
    }

    private async Task<FabricSnapshot> ReadAndPublishAsync()
    {
        try
        {
            var snapshot = await reader.ReadAsync(_latest, _disposed.Token);
            TaskCompletionSource<FabricSnapshot> signal;
            lock (_gate)
            {
                _latest = snapshot;
                signal = _next;
                _next = NewSignal();
            }

            signal.TrySetResult(snapshot);
            return snapshot;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogLookFailed(exception);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _look = null;
            }
        }
    }
}
