using System.Diagnostics.Metrics;

namespace OrleansCompute.Grains.Tests.Pools;

/// <summary>
/// Holds decisions about all jobs of one pool: the policy has made them, and nobody has heard of it. It stands where the pool measures them, on the
/// thread that does. Thread-safe.
/// </summary>
internal sealed class WholeGate : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly string _pool;
    private int _held;

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

    /// <summary>The next decision about all waits.</summary>
    public void Close() => _open.Reset();

    /// <summary>Decisions go on.</summary>
    public void Open() => _open.Set();

    public void Dispose()
    {
        _open.Set();
        _listener.Dispose();
    }

    private void Note(string step, string pool)
    {
        if (step == "decision" && pool == _pool)
        {
            Interlocked.Increment(ref _held);
            _open.Wait();
            Interlocked.Decrement(ref _held);
        }
    }
}
