namespace OrleansCompute.Grains.Accelerators;

/// <summary>What a node offers.</summary>
public sealed class NodeOptions
{
    /// <summary>Name of the node and of its silo.</summary>
    public string Name { get; set; } = "";

    /// <summary>Pool that it joins. Default <c>default</c>.</summary>
    public string Pool { get; set; } = "default";

    /// <summary>Its accelerators; empty for a silo that computes nothing.</summary>
    public IList<AcceleratorOptions> Accelerators { get; } = [];

    /// <summary>The machine that they are in. Default: cores and memory as measured, and nothing else known.</summary>
    public HostOptions Host { get; set; } = new();

    /// <summary>How long each accelerator is measured at the start. Default 300 ms: repeated runs agree within a few per cent.</summary>
    public TimeSpan MeasureFor { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How often the node tells its pool that it is there, 100 ms to 1 minute. Default 5 s.</summary>
    public TimeSpan HeartbeatPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A lease that the pool has not confirmed for so long ends by itself; more than two heartbeats, to 1 hour. Default 60 s: the pool
    /// moves to another silo within seconds.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);
}
