namespace Orleans.Embedded;

/// <summary>The queue and the turns: at most one thread runs work of an activation at any time.</summary>
internal sealed partial class Activation : IThreadPoolWorkItem
{
    // Work items between two looks at the clock, and how long one visit of the pool's thread may last:
    // long enough to amortise the hop, short enough that a busy grain starves nobody.
    private const int ItemsPerClockReading = 64;
    private const long MaxVisitMilliseconds = 20;

    private static readonly Action<object?> s_runLoop = static state => ((Activation)state!).RunLoop();

    private readonly Lock _gate = new();
    private readonly ActivationTaskScheduler _scheduler;

    // All under _gate.
    private readonly Queue<object> _ready = new();
    private readonly WaitingRequests _waiting = new();
    private readonly List<GrainRequest> _running = [];
    private Dictionary<Guid, int>? _reentrantSections;
    private ActivationState _state = ActivationState.Creating;
    private DeactivationReason _reason;
    private bool _scheduled;
    private bool _killed;
    private bool _finalQueued;

    public ActivationState State => _state;

    /// <summary>How many requests wait or run; a hint without the lock.</summary>
    public int Load => _waiting.Count + _running.Count;

    public void BeginActivation() => new Task(static state => ((Activation)state!).Ignore(((Activation)state).ActivateAsync()), this).Start(_scheduler);

    public override bool TryEnqueue(GrainRequest request)
    {
        bool schedule;
        lock (_gate)
        {
            if (_state == ActivationState.Dead || (_state == ActivationState.Deactivating && request.Reference is null))
            {
                return false;
            }

            request.Target = this;
            if (_state == ActivationState.Valid && MayStart(request))
            {
                _running.Add(request);
                _ready.Enqueue(request);
                schedule = !_scheduled;
                _scheduled = true;
            }
            else
            {
                _waiting.Add(request);
                schedule = false;
            }
        }

        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }

        return true;
    }

    public void EnqueueTask(Task task)
    {
        bool schedule;
        lock (_gate)
        {
            if (_killed)
            {
                return;
            }

            _ready.Enqueue(task);
            schedule = !_scheduled;
            _scheduled = true;
        }

        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    public override void Post(Action action) => _scheduler.QueueAction(action);

    public override void OnCompleted(GrainRequest request)
    {
        bool schedule;
        lock (_gate)
        {
            _running.Remove(request);
            if (_waiting.Count != 0 && _state == ActivationState.Valid)
            {
                AdmitWaiting();
            }

            QueueFinalIfDone();
            schedule = _ready.Count != 0 && !_scheduled;
            _scheduled |= schedule;
        }

        if (request.Reference is not null)
        {
            LastUsed = Silo.Clock.Now;
        }

        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        // The loop runs inside a task of this scheduler, so that awaits in it capture the scheduler; one task per visit.
        var outer = RuntimeContext.Current;
        RuntimeContext.Current = this;
        try
        {
            new Task(s_runLoop, this).RunSynchronously(_scheduler);
        }
        finally
        {
            RuntimeContext.Current = outer;
        }
    }

    public void EnterReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            _reentrantSections ??= [];
            _reentrantSections[reentrancyId] = _reentrantSections.GetValueOrDefault(reentrancyId) + 1;
        }
    }

    public void LeaveReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            if (_reentrantSections is not null && _reentrantSections.TryGetValue(reentrancyId, out var count))
            {
                if (count == 1)
                {
                    _reentrantSections.Remove(reentrancyId);
                }
                else
                {
                    _reentrantSections[reentrancyId] = count - 1;
                }
            }
        }
    }

    private void RunLoop()
    {
        var clean = ExecutionContext.Capture();
        var until = Environment.TickCount64 + MaxVisitMilliseconds;
        var items = 0;
        while (true)
        {
            object? item;
            lock (_gate)
            {
                if (_killed || !_ready.TryDequeue(out item))
                {
                    _scheduled = false;
                    return;
                }
            }

            if (item is GrainRequest request)
            {
                if (request.IsAbandoned && Silo.MessagingOptions.DropExpiredMessages)
                {
                    OnCompleted(request);
                }
                else
                {
                    request.Start(this);
                }
            }
            else
            {
                _scheduler.Run((Task)item);
            }

            // What the request did to the thread's async-locals must not reach the next one.
            if (clean is not null)
            {
                ExecutionContext.Restore(clean);
            }

            if (++items % ItemsPerClockReading == 0 && Environment.TickCount64 > until)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
    }

    // Under _gate.
    private bool MayStart(GrainRequest request)
    {
        if (_running.Count == 0 || Class.IsReentrant || (request.Options & InvokeMethodOptions.AlwaysInterleave) != 0)
        {
            return true;
        }

        var blocked = false;
        foreach (var running in _running)
        {
            var passes = (running.Options & InvokeMethodOptions.AlwaysInterleave) != 0
                || ((running.Options & request.Options) & InvokeMethodOptions.ReadOnly) != 0;
            blocked |= !passes;
        }

        return !blocked
            || (_reentrantSections is { Count: > 0 } && request.Context is { } context
                && RequestContext.ReentrancyIdOf(context) is var id && id != Guid.Empty && _reentrantSections.ContainsKey(id))
            || (request.Method is not null && Class.MayInterleave is { } mayInterleave && mayInterleave(_instance!, request));
    }

    // Under _gate. Looks past a request that must wait only where a later one could overtake it: with 10 000 requests of an
    // ordinary grain waiting, each completion would look at all of them.
    private void AdmitWaiting()
    {
        var mayOvertake = _waiting.AnyInterleaving || Class.MayInterleave is not null || _reentrantSections is { Count: > 0 };
        for (var i = 0; i < _waiting.Count;)
        {
            var request = _waiting[i];
            if (MayStart(request))
            {
                _waiting.RemoveAt(i);
                _running.Add(request);
                _ready.Enqueue(request);
            }
            else if (mayOvertake)
            {
                i++;
            }
            else
            {
                return;
            }
        }
    }

    private void Ignore(Task task) => _ = task;
}
