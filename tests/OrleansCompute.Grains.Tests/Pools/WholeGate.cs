using System.Diagnostics.Metrics;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>
/// Holds decisions about all jobs of one pool: the policy has made them, and nobody has heard of it; and those about a few, before they are begun.
/// It stands where the pool measures them, on the thread that does. Thread-safe.
/// </summary>
internal sealed class WholeGate : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly string _pool;
    private readonly SemaphoreSlim _few = new(0);
    private volatile bool _isFewClosed;
    private int _held;
    private int _fewHeld;
    private int _answered;

    public WholeGate(string pool)
    {
        _pool = pool;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "oc.pool.step")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Note((string)tags[0].Value!, (string)tags[1].Value!));
        _listener.Start();
    }

    /// <summary>Decisions that wait here.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Decisions about a few that waited here so far, those that have gone on included.</summary>
    public int FewHeld => Volatile.Read(ref _fewHeld);

    /// <summary>Decisions about all that the pool has heard of.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>The next decision about all waits.</summary>
    public void Close() => _open.Reset();

    /// <summary>Decisions go on.</summary>
    public void Open() => _open.Set();

    /// <summary>Each decision about a few waits.</summary>
    public void CloseFew() => _isFewClosed = true;

    /// <summary>One of them goes on, and the next one waits.</summary>
    public void PassFew() => _few.Release();

    /// <summary>All of them go on.</summary>
    public void OpenFew()
    {
        _isFewClosed = false;
        _few.Release(1_000);
    }

    public void Dispose()
    {
        _open.Set();
        OpenFew();
        _listener.Dispose();
    }

    private void Note(string step, string pool)
    {
        if (pool != _pool)
        {
            return;
        }

        switch (step)
        {
            case "few begins" when _isFewClosed:
                Interlocked.Increment(ref _fewHeld);
                _few.Wait();
                break;
            case "decision":
                Interlocked.Increment(ref _held);
                _open.Wait();
                Interlocked.Decrement(ref _held);
                break;
            case "whole":
                Interlocked.Increment(ref _answered);
                break;
            default:
                break;
        }
    }
}
