using Orleans;
using OrleansCompute.Contracts.Jobs;
using OrleansCompute.Contracts.Pools;

namespace OrleansCompute.Grains.Jobs;

/// <summary>What is stored of a job.</summary>
[GenerateSerializer, Alias("oc.job-state.v1")]
public sealed class JobGrainState
{
    /// <summary>What was asked; null until it is submitted.</summary>
    [Id(0)] public JobSpec? Spec { get; set; }

    /// <summary>Where it is.</summary>
    [Id(1)] public JobState State { get; set; }

    /// <summary>Why.</summary>
    [Id(2)] public string Reason { get; set; } = "";

    /// <summary>When it was submitted, UTC.</summary>
    [Id(3)] public DateTimeOffset SubmittedAt { get; set; }

    /// <summary>When training first began, UTC.</summary>
    [Id(4)] public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended, UTC.</summary>
    [Id(5)] public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Starts and restarts so far.</summary>
    [Id(6)] public int Generation { get; set; }

    /// <summary>Artifact of the last checkpoint; null for none.</summary>
    [Id(7)] public string? CheckpointSha256 { get; set; }

    /// <summary>Steps that the last checkpoint contains; 0 for none.</summary>
    [Id(13)] public long CheckpointStep { get; set; }

    /// <summary>Runs that broke since the last checkpoint that contains more than the one before.</summary>
    [Id(14)] public int Breaks { get; set; }

    /// <summary>How far it is.</summary>
    [Id(8)] public JobProgress? Progress { get; set; }

    /// <summary>Loss curve, bounded.</summary>
    [Id(9)] public List<LossPoint> LossCurve { get; set; } = [];

    /// <summary>What happened, bounded.</summary>
    [Id(10)] public List<JobEvent> Events { get; set; } = [];

    /// <summary>What it reached.</summary>
    [Id(11)] public JobResult? Result { get; set; }

    /// <summary>Leases of the present generation.</summary>
    [Id(12)] public List<Lease> Leases { get; set; } = [];

    /// <summary>How much it has to do, as it was known at submission.</summary>
    [Id(15)] public JobWork Work { get; set; } = new();

    /// <summary>How often its settings were changed.</summary>
    [Id(16)] public long SettingsVersion { get; set; }
}
