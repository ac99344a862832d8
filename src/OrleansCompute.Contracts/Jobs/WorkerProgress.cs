using Orleans;

namespace OrleansCompute.Contracts.Jobs;

/// <summary>One worker of a running job.</summary>
[GenerateSerializer, Immutable, Alias("oc.worker-progress.v1")]
public sealed record WorkerProgress
{
    /// <summary>Node it runs on.</summary>
    [Id(0)] public required string Node { get; init; }

    /// <summary>Accelerator it holds.</summary>
    [Id(1)] public required string Accelerator { get; init; }

    /// <summary>Its share of every global batch, 0 to 1.</summary>
    [Id(2)] public required double ShareFraction { get; init; }

    /// <summary>Samples a second that it contributes.</summary>
    [Id(3)] public required double ImagesPerSecond { get; init; }

    /// <summary>Samples a second when it trained alone, with no exchange; 0 where not measured.</summary>
    [Id(4)] public double AloneImagesPerSecond { get; init; }
}
