using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Rollouts;

/// <summary>A roll-out at one moment.</summary>
[GenerateSerializer, Immutable, Alias("oc.rollout-status.v1")]
public sealed record RolloutStatus
{
    /// <summary>What was asked, with the version resolved.</summary>
    [Id(0)] public required RolloutSpec Spec { get; init; }

    /// <summary>Where it is.</summary>
    [Id(1)] public required RolloutState State { get; init; }

    /// <summary>Why, a sentence.</summary>
    [Id(2)] public required string Reason { get; init; }

    /// <summary>The devices, in order.</summary>
    [Id(3)] public required ImmutableArray<RolloutDevice> Devices { get; init; }

    /// <summary>When it began, UTC.</summary>
    [Id(4)] public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    [Id(5)] public DateTimeOffset? FinishedAt { get; init; }
}
