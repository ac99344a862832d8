using Orleans;
using OrleansCompute.Contracts.Rollouts;

namespace OrleansCompute.Grains.Rollouts;

/// <summary>What is stored of a roll-out.</summary>
[GenerateSerializer, Alias("oc.rollout-state.v1")]
public sealed class RolloutGrainState
{
    /// <summary>What was asked; null until it starts.</summary>
    [Id(0)] public RolloutSpec? Spec { get; set; }

    /// <summary>Where it is.</summary>
    [Id(1)] public RolloutState State { get; set; }

    /// <summary>Why.</summary>
    [Id(2)] public string Reason { get; set; } = "";

    /// <summary>The devices, in order.</summary>
    [Id(3)] public List<RolloutDevice> Devices { get; set; } = [];

    /// <summary>When it began, UTC.</summary>
    [Id(4)] public DateTimeOffset StartedAt { get; set; }

    /// <summary>When it ended, UTC.</summary>
    [Id(5)] public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Devices of a roll-out that was rolled back, that have not got back yet what they ran before.</summary>
    [Id(6)] public List<string> Restoring { get; set; } = [];
}
