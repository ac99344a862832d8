using System.Collections.Immutable;
using OrleansCompute.Contracts.Devices;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Dashboard.Data;

/// <summary>The fabric at one moment, as every page sees it.</summary>
public sealed record FabricSnapshot
{
    /// <summary>Ascending number of the look, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>When the last grain had answered, UTC.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The pool: nodes, queue, leases.</summary>
    public required Probe<PoolSnapshot> Pool { get; init; }

    /// <summary>Names of the tenants, ascending.</summary>
    public ImmutableArray<string> Tenants { get; init; } = [];

    /// <summary>Training jobs.</summary>
    public Listing<JobStatus> Jobs { get; init; } = Listing<JobStatus>.Empty;

    /// <summary>Devices.</summary>
    public Listing<DeviceStatus> Devices { get; init; } = Listing<DeviceStatus>.Empty;

    /// <summary>Models.</summary>
    public Listing<ModelHistory> Models { get; init; } = Listing<ModelHistory>.Empty;

    /// <summary>Roll-outs.</summary>
    public Listing<RolloutStatus> Rollouts { get; init; } = Listing<RolloutStatus>.Empty;

    /// <summary>Alarms of the devices that have an active one.</summary>
    public ImmutableArray<Probe<DeviceAlarms>> Alarms { get; init; } = [];

    /// <summary>Lists that could not be read, a sentence each.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>Flow over the last looks, oldest first, at most <see cref="MaxFlow"/>.</summary>
    public ImmutableArray<FlowPoint> Flow { get; init; } = [];

    /// <summary>Points of <see cref="Flow"/>: a minute at the default interval.</summary>
    public const int MaxFlow = 60;

    /// <summary>Readings that reached the twins of the listed devices.</summary>
    public long Readings => Devices.Values.Sum(device => device.Readings);

    /// <summary>Inference results received from the listed devices.</summary>
    public long Inferences => Devices.Values.Sum(device => device.Inferences);
}
