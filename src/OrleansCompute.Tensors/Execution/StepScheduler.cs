namespace OrleansCompute.Tensors.Execution;

/// <summary>
/// Runs steps on several threads as soon as the steps they wait for have finished (a counter for each). The caller's thread is one of
/// them. Of the steps that are ready the first in the graph's order goes first, as the memory plan expects. Not thread-safe.
/// </summary>
internal sealed class StepScheduler : IDisposable
{
    private readonly CompiledStep[] _steps;
    private readonly Action<CompiledStep, int> _run;
    private readonly int[][] _followers;
    private readonly int[] _waitsFor;
    private readonly int[] _open;
    private readonly PriorityQueue<int, int> _ready;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly ManualResetEventSlim _done = new(false);
    private readonly Thread[] _threads;
    private CancellationToken _cancellation;
    private Exception? _failure;
    private int _left;
    private int _running;
    private bool _stopping;

    public StepScheduler(CompiledStep[] steps, int streams, IReadOnlyList<IReadOnlyCollection<int>> before, Action<CompiledStep, int> run)
    {
        _steps = steps;
        _run = run;
        _waitsFor = [.. before.Select(set => set.Count)];
        _open = new int[steps.Length];
        _ready = new PriorityQueue<int, int>(steps.Length);
        var followers = steps.Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < before.Count; i++)
        {
            foreach (var earlier in before[i])
            {
                followers[earlier].Add(i);
            }
        }

        _followers = [.. followers.Select(list => list.ToArray())];
        _threads = new Thread[streams - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var stream = i + 1;
            _threads[i] = new Thread(() => Loop(stream)) { IsBackground = true, Name = $"graph stream {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs all steps; the first failure is thrown here when the steps that had begun are through.</summary>
    public void Run(CancellationToken cancellation)
    {
        if (_steps.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            (_cancellation, _failure, _left, _running) = (cancellation, null, _steps.Length, 0);
            _ready.Clear();
            _done.Reset();
            Array.Copy(_waitsFor, _open, _open.Length);
            for (var i = 0; i < _open.Length; i++)
            {
                if (_open[i] == 0)
                {
                    _ready.Enqueue(i, i);
                }
            }
        }

        _work.Release(_ready.Count);
        while (!_done.IsSet)
        {
            if (!_work.Wait(0, CancellationToken.None))
            {
                // Nothing is ready: another stream's step will either release one or end the run.
                WaitHandle.WaitAny([_work.AvailableWaitHandle, _done.WaitHandle]);
                continue;
            }

            Take(0);
        }

        // Permits that nobody used (a run that failed) must not reach the next run.
        while (_work.Wait(0, CancellationToken.None))
        {
        }

        if (_failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        if (_threads.Length > 0)
        {
            _work.Release(_threads.Length);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _work.Dispose();
        _done.Dispose();
    }

    private void Loop(int stream)
    {
        while (true)
        {
            _work.Wait();
            if (_stopping)
            {
                return;
            }

            Take(stream);
        }
    }

    private void Take(int stream)
    {
        int index;
        lock (_gate)
        {
            if (!_ready.TryDequeue(out index, out _))
            {
                return;
            }

            _running++;
        }

        Exception? failure = null;
        try
        {
            _cancellation.ThrowIfCancellationRequested();
            _run(_steps[index], stream);
        }
#pragma warning disable CA1031 // Thrown on the caller's thread; an unhandled one would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        var released = 0;
        lock (_gate)
        {
            _running--;
            _left--;
            _failure ??= failure;
            if (_failure is null)
            {
                foreach (var follower in _followers[index])
                {
                    if (--_open[follower] == 0)
                    {
                        _ready.Enqueue(follower, follower);
                        released++;
                    }
                }
            }
            else
            {
                _ready.Clear();
            }

            if (_left == 0 || (_failure is not null && _running == 0))
            {
                _done.Set();
            }
        }

        if (released > 0)
        {
            _work.Release(released);
        }
    }
}
