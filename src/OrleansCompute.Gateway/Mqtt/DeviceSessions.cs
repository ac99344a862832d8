namespace OrleansCompute.Gateway.Mqtt;

/// <summary>The sessions of devices that are connected or have work under way. Thread-safe.</summary>
internal sealed class DeviceSessions(DeviceSessionContext context)
{
    private readonly Lock gate = new();
    private readonly Dictionary<DeviceAddress, DeviceSession> sessions = [];
    private TaskCompletionSource? empty;

    /// <summary>Sessions that exist now.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return sessions.Count;
            }
        }
    }

    /// <summary>The session of a device; it stays until <see cref="Return"/>.</summary>
    public DeviceSession Rent(DeviceAddress address)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(address, out var session))
            {
                sessions.Add(address, session = new DeviceSession(address, context, Collect));
            }

            session.Users++;
            return session;
        }
    }

    /// <summary>The user is done with the session.</summary>
    public void Return(DeviceSession session)
    {
        lock (gate)
        {
            session.Users--;
            CollectLocked(session);
        }
    }

    /// <summary>Completes when no session has a connection or work any more.</summary>
    public Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (sessions.Count == 0)
            {
                return Task.CompletedTask;
            }

            empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return empty.Task.WaitAsync(cancellationToken);
        }
    }

    private void Collect(DeviceSession session)
    {
        lock (gate)
        {
            CollectLocked(session);
        }
    }

    private void CollectLocked(DeviceSession session)
    {
        if (session.Users > 0 || session.HasWork || !sessions.TryGetValue(session.Address, out var present) || present != session)
        {
            return;
        }

        sessions.Remove(session.Address);
        if (sessions.Count == 0)
        {
            empty?.SetResult();
            empty = null;
        }
    }
}
