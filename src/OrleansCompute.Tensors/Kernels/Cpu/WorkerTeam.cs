namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A fixed set of dedicated threads that divide one call among them; the caller takes part 0. With one thread there is no thread and
/// no synchronisation. Thread-safe: calls from several threads run one after another.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim[] _start;
    private readonly Thread[] _threads;
    private readonly CountdownEvent _finished = new(1);
    private TeamWork? _work;
    private Exception? _failure;
    private volatile bool _stopping;

    public WorkerTeam(int parts, string name)
    {
        Parts = parts;
        _start = new SemaphoreSlim[parts - 1];
        _threads = new Thread[parts - 1];
        for (var i = 0; i < parts - 1; i++)
        {
            var part = i + 1;
            _start[i] = new SemaphoreSlim(0);
            _threads[i] = new Thread(() => Loop(part)) { IsBackground = true, Name = $"{name} {part}" };
            _threads[i].Start();
        }
    }

    public int Parts { get; }

    /// <summary>Runs all parts and waits for them; the first failure is rethrown here.</summary>
    public void Run(TeamWork work)
    {
        if (Parts == 1)
        {
            work.Run(0, 1);
            return;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _work = work;
            _failure = null;
            _finished.Reset(Parts - 1);
            foreach (var start in _start)
            {
                start.Release();
            }

            try
            {
                work.Run(0, Parts);
            }
            finally
            {
                _finished.Wait();
                _work = null;
            }

            if (_failure is { } failure)
            {
                throw new InvalidOperationException($"A kernel thread failed: {failure.Message}", failure);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            foreach (var start in _start)
            {
                start.Release();
            }

            foreach (var thread in _threads)
            {
                thread.Join();
            }

            foreach (var start in _start)
            {
                start.Dispose();
            }

            _finished.Dispose();
        }
    }

    private void Loop(int part)
    {
        while (true)
        {
            _start[part - 1].Wait();
            if (_stopping)
            {
                return;
            }

            try
            {
                _work!.Run(part, Parts);
            }
#pragma warning disable CA1031 // The failure is rethrown on the caller's thread; an unhandled one would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = exception;
            }
            finally
            {
                _finished.Signal();
            }
        }
    }
}
