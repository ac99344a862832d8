using OrleansCompute.Contracts.Pools;
using OrleansCompute.Tensors.Accelerators;
using OrleansCompute.Training.Accelerators;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>
/// What the holder of a lease may use: the device within its memory share, and the executor within its compute share. Whoever still uses
/// it after the lease has ended is refused with the reason. Thread-safe.
/// </summary>
internal sealed class LeasedAccelerator
{
    private readonly AcceleratorShare _share;
    private readonly AcceleratorPartition? _partition;
    private readonly Lock _gate = new();
    private int _users;
    private bool _isClosed;

    public LeasedAccelerator(HostedAccelerator accelerator, Lease lease)
    {
        (Lease, ComputeShareFraction) = (lease, accelerator.Options.ComputeShareFraction);
        var owner = $"{lease.Tenant}/{lease.Job}";
        _partition = lease.MemoryBytes > 0 ? new AcceleratorPartition(accelerator.Device, owner, lease.MemoryBytes) : null;
        Device = _partition ?? accelerator.Device;
        _share = accelerator.Executor.OpenShare(owner, lease.ComputeShareFraction);
    }

    public Lease Lease { get; }

    public IAccelerator Device { get; }

    /// <summary>The device's own enforced share of its time; the lease's share is a part of that.</summary>
    public double ComputeShareFraction { get; }

    /// <summary>Time that its work took so far.</summary>
    public TimeSpan BusyTime => _share.BusyTime;

    /// <summary>Runs work on the accelerator's thread. The token takes it out of the queue; what has begun must look at it itself.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => _share.RunAsync(work, cancellationToken);

    /// <summary>Somebody begins to hold memory of it.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            _users++;
        }
    }

    /// <summary>Has given its memory back.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _users--;
            FreeIfUnused();
        }
    }

    /// <summary>Ends the right to use it; a piece of work that runs ends by itself.</summary>
    public void Close(string reason)
    {
        _share.Close(reason);
        lock (_gate)
        {
            _isClosed = true;
            FreeIfUnused();
        }
    }

    // The pooled blocks go with the last user: one that still runs a step needs them.
    private void FreeIfUnused()
    {
        if (_isClosed && _users == 0)
        {
            _partition?.Dispose();
        }
    }
}
