using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Devices;

/// <summary>A device's twin at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.device-status.v1")]
public sealed record DeviceStatus
{
    /// <summary>Tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Name in the tenant.</summary>
    [Id(1)] public required string Device { get; init; }

    /// <summary>The live connection; null while it is offline.</summary>
    [Id(2)] public DeviceConnection? Connection { get; init; }

    /// <summary>When the fabric last heard of it, UTC; null before the first time.</summary>
    [Id(3)] public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Newest value of every quantity, by name.</summary>
    [Id(4)] public ImmutableArray<LastValue> LastValues { get; init; } = [];

    /// <summary>Readings that reached the twin; a re-sent one counts once.</summary>
    [Id(5)] public long Readings { get; init; }

    /// <summary>Times that the twin took new values; one time can take many readings.</summary>
    [Id(6)] public long TwinUpdates { get; init; }

    /// <summary>Inference results received.</summary>
    [Id(7)] public long Inferences { get; init; }

    /// <summary>Model that it is to run; null for none.</summary>
    [Id(8)] public DesiredModel? DesiredModel { get; init; }

    /// <summary>What it says of itself; null before the first report.</summary>
    [Id(9)] public DeviceReport? Report { get; init; }

    /// <summary>Alarms ever raised.</summary>
    [Id(10)] public long AlarmsRaised { get; init; }

    /// <summary>Alarms that last.</summary>
    [Id(11)] public int AlarmsActive { get; init; }
}
