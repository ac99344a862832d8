namespace Orleans.Embedded;

/// <summary>The way from creating to dead.</summary>
internal sealed partial class Activation
{
    private List<IGrainTimer>? _timers;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool schedule;
        lock (_gate)
        {
            if (_state is ActivationState.Deactivating or ActivationState.Dead)
            {
                return;
            }

            _reason = deactivationReason;
            if (_state == ActivationState.Creating)
            {
                // Seen when the activation becomes valid.
                _deactivateWhenValid = true;
                return;
            }

            _state = ActivationState.Deactivating;
            QueueFinalIfDone();
            schedule = _ready.Count != 0 && !_scheduled;
            _scheduled |= schedule;
        }

        StopTimers();
        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>Drops everything at once, as when the silo's process dies.</summary>
    public void Kill()
    {
        List<GrainRequest> lost;
        lock (_gate)
        {
            _state = ActivationState.Dead;
            _killed = true;
            lost = [.. _waiting.TakeAll(), .. _running];
            _running.Clear();
            _ready.Clear();
        }

        StopTimers();
        Silo.Cluster.Forget(this);
        var error = new SiloUnavailableException($"The silo {Silo.Name} ({Silo.Address}) that ran {GrainId} is gone.");
        foreach (var request in lost)
        {
            request.Fail(error);
        }

        _deactivated.TrySetResult();
    }

    /// <summary>Undoes an activation that never began; its request goes elsewhere.</summary>
    public void Discard()
    {
        Close();
        _scope.Dispose();
        _deactivated.TrySetResult();
    }

    /// <summary>Fails calls whose deadline has passed; those that have not started yet are dropped.</summary>
    public void Expire(long now)
    {
        if (Load == 0)
        {
            return;
        }

        List<GrainRequest>? expired = null;
        lock (_gate)
        {
            foreach (var request in _running)
            {
                if (request.Deadline <= now && !request.IsAbandoned)
                {
                    (expired ??= []).Add(request);
                }
            }

            _waiting.RemoveAll(request =>
            {
                if (request.IsAbandoned)
                {
                    return true;
                }

                if (request.Deadline <= now)
                {
                    (expired ??= []).Add(request);
                    return Silo.MessagingOptions.DropExpiredMessages;
                }

                return false;
            });
        }

        foreach (var request in expired ?? [])
        {
            request.Fail(RequestRouter.TimedOut(request, GrainId));
        }
    }

    /// <summary>Whether idle collection may take it.</summary>
    public bool IsIdle(long now, TimeSpan age) =>
        _state == ActivationState.Valid && Load == 0 && now - LastUsed >= age.Ticks && now >= KeepUntil;

    public void AddTimer(IGrainTimer timer)
    {
        lock (_gate)
        {
            (_timers ??= []).Add(timer);
        }
    }

    public void RemoveTimer(IGrainTimer timer)
    {
        lock (_gate)
        {
            _timers?.Remove(timer);
        }
    }

    private bool _deactivateWhenValid;

    private Dictionary<string, object>? FirstContext()
    {
        lock (_gate)
        {
            return _waiting.Count == 0 ? null : _waiting[0].Context;
        }
    }

    private void BecomeValid()
    {
        lock (_gate)
        {
            if (_state != ActivationState.Creating)
            {
                return;
            }

            LastUsed = Silo.Clock.Now;
            if (_deactivateWhenValid)
            {
                _state = ActivationState.Deactivating;
                QueueFinalIfDone();
                return;
            }

            _state = ActivationState.Valid;
            AdmitWaiting();
        }
    }

    // Under _gate.
    private void QueueFinalIfDone()
    {
        if (_state == ActivationState.Deactivating && _running.Count == 0 && !_finalQueued)
        {
            _finalQueued = true;
            // Bound to the scheduler by Start, which must not run under the lock: queue it as an item of its own.
            _ready.Enqueue(new FinalStep(this));
        }
    }

    private void FailAll(Exception error)
    {
        foreach (var request in Close())
        {
            request.Fail(error);
        }
    }

    private List<GrainRequest> Close()
    {
        lock (_gate)
        {
            _state = ActivationState.Dead;
            return _waiting.TakeAll();
        }
    }

    private void StopTimers()
    {
        List<IGrainTimer> timers;
        lock (_gate)
        {
            timers = _timers ?? [];
            _timers = null;
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }

    /// <summary>The last turn, queued like a request.</summary>
    private sealed class FinalStep(Activation activation) : GrainRequest
    {
        public override MethodDescriptor? Method => null;

        public override bool IsAbandoned => false;

        public override void Start(RequestTarget target) => activation.Ignore(activation.DeactivateAsync());

        public override void Fail(Exception error)
        {
        }

        public override void Cancel(CancellationToken token)
        {
        }
    }
}
