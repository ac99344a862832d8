namespace OrleansCompute.Tensors.Kernels.Cpu;

/// <summary>
/// A fixed set of dedicated threads that divide one call among them. Parts are claimed, not assigned: the caller works too and waits
/// only for parts that have begun elsewhere, so a thread that the machine has not scheduled yet holds nobody up. An idle thread spins
/// for some 30 microseconds (the next layer follows soon), then blocks. With one part there is no thread and no synchronisation.
/// Thread-safe: calls from several threads run one after another.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    private const int PartBits = 16;
    private const int IdleSpins = 400;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread[] _threads;

    /// <summary>Number of the call, and below it the next part to claim. Changed by one atomic step, so a claim cannot hit a later call.</summary>
    private long _ticket;

    private int _left;
    private int _sleepers;
    private TeamWork? _work;
    private Exception? _failure;
    private volatile bool _stopping;

    public WorkerTeam(int parts, string name)
    {
        Parts = parts;
        _ticket = parts;
        _threads = new Thread[parts - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Loop) { IsBackground = true, Name = $"{name} {i + 1}" };
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
            _left = Parts;
            var call = (_ticket >> PartBits) + 1;
            Interlocked.Exchange(ref _ticket, call << PartBits);
            WakeSleepers();
            while (TryRunPart())
            {
            }

            var wait = default(SpinWait);
            while (Volatile.Read(ref _left) > 0)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }

            _work = null;
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
            Interlocked.MemoryBarrier();
            WakeSleepers();
            foreach (var thread in _threads)
            {
                thread.Join();
            }

            _wake.Dispose();
        }
    }

    private bool HasParts() => (Volatile.Read(ref _ticket) & ((1L << PartBits) - 1)) < Parts;

    private void WakeSleepers()
    {
        if (Interlocked.Exchange(ref _sleepers, 0) is > 0 and var sleepers)
        {
            _wake.Release(sleepers);
        }
    }

    private bool TryRunPart()
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var part = (int)(ticket & ((1L << PartBits) - 1));
            if (part >= Parts)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
            {
                continue;
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
                Interlocked.Decrement(ref _left);
            }

            return true;
        }
    }

    private void Loop()
    {
        while (!_stopping)
        {
            var spins = 0;
            while (!TryRunPart() && spins++ < IdleSpins && !_stopping)
            {
                Thread.SpinWait(8);
            }

            if (spins > IdleSpins)
            {
                Sleep();
            }
        }
    }

    private void Sleep()
    {
        Interlocked.Increment(ref _sleepers);
        if (HasParts() || _stopping)
        {
            // Too late to sleep: take the entry back, unless somebody has counted it and will release the semaphore for it.
            int sleepers;
            while ((sleepers = Volatile.Read(ref _sleepers)) > 0)
            {
                if (Interlocked.CompareExchange(ref _sleepers, sleepers - 1, sleepers) == sleepers)
                {
                    return;
                }
            }
        }

        _wake.Wait();
    }
}
