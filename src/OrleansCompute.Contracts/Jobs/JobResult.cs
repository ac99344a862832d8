using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>What a job reached.</summary>
[GenerateSerializer, Immutable, Alias("oc.job-result.v1")]
public sealed record JobResult
{
    /// <summary>Version that it put into the registry under the spec's model name.</summary>
    [Id(0)] public required int ModelVersion { get; init; }

    /// <summary>Accuracy on the validation dataset, 0 to 1; null where the spec names none.</summary>
    [Id(1)] public double? Accuracy { get; init; }

    /// <summary>Mean loss of the last epoch, nats per sample; NaN where the job resumed from a checkpoint after its last epoch.</summary>
    [Id(2)] public required double Loss { get; init; }

    /// <summary>Samples a second over all steps of training; checkpoints and evaluation are not counted. NaN where the job resumed
    /// from a checkpoint after its last epoch.</summary>
    [Id(3)] public required double ImagesPerSecond { get; init; }

    /// <summary>Joint speed over the sum of the speeds alone at the same time; null where not measured.</summary>
    [Id(4)] public double? HeterogeneousEfficiency { get; init; }

    /// <summary>The workers over the whole of training, by rank.</summary>
    [Id(5)] public required ImmutableArray<WorkerProgress> Workers { get; init; }
}
