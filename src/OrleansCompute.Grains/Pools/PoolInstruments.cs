using System.Diagnostics.Metrics;

namespace OrleansCompute.Grains.Pools;

/// <summary>What the pools of a silo measure with. Thread-safe.</summary>
internal sealed class PoolInstruments : IDisposable
{
    private readonly Meter _meter = new("OrleansCompute.Pools");

    public PoolInstruments() => Steps = _meter.CreateHistogram<double>("oc.pool.step", "ms", "Time of a part of a pool's round.");

    /// <summary>Parts of rounds, in milliseconds.</summary>
    public Histogram<double> Steps { get; }

    public void Dispose() => _meter.Dispose();
}
