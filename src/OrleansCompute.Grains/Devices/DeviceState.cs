using Orleans;
using OrleansCompute.Contracts.Devices;

namespace OrleansCompute.Grains.Devices;

/// <summary>What is stored of a device. Readings themselves are in the telemetry store; the twin is rebuilt from it after a crash.</summary>
[GenerateSerializer, Alias("oc.device-state.v1")]
public sealed class DeviceState
{
    /// <summary>Salted hash of the secret; null for a device that was never provisioned.</summary>
    [Id(0)] public string? SecretHash { get; set; }

    /// <summary>When the fabric last heard of it, UTC.</summary>
    [Id(1)] public DateTimeOffset? LastSeenAt { get; set; }

    /// <summary>Newest value per quantity.</summary>
    [Id(2)] public Dictionary<string, LastValue> LastValues { get; set; } = [];

    /// <summary>Highest sequence number that the twin took.</summary>
    [Id(3)] public long LastSequence { get; set; }

    /// <summary>Readings that the twin took.</summary>
    [Id(4)] public long Readings { get; set; }

    /// <summary>Times that it took some.</summary>
    [Id(5)] public long TwinUpdates { get; set; }

    /// <summary>Inference results received.</summary>
    [Id(6)] public long Inferences { get; set; }

    /// <summary>Model that it is to run.</summary>
    [Id(7)] public DesiredModel? DesiredModel { get; set; }

    /// <summary>Roll-out that set the model.</summary>
    [Id(8)] public string? Rollout { get; set; }

    /// <summary>What it last said of itself.</summary>
    [Id(9)] public DeviceReport? Report { get; set; }

    /// <summary>Alarms, oldest first, bounded.</summary>
    [Id(10)] public List<Alarm> Alarms { get; set; } = [];

    /// <summary>Alarms ever raised.</summary>
    [Id(11)] public long AlarmsRaised { get; set; }

    /// <summary>What the alarm rule remembers.</summary>
    [Id(12)] public RuleMemory Rule { get; set; } = new();
}
