using Orleans;

namespace OrleansCompute.Contracts.Pools;

/// <summary>One worker of a running job in a recent step.</summary>
[GenerateSerializer, Immutable, Alias("oc.worker-report.v1")]
public sealed record WorkerReport
{
    /// <summary>The lease that it works under.</summary>
    [Id(0)] public required long LeaseId { get; init; }

    /// <summary>Samples that it computed.</summary>
    [Id(1)] public required int Samples { get; init; }

    /// <summary>Time that its accelerator took for them, enforced idling included, seconds.</summary>
    [Id(2)] public required double BusySeconds { get; init; }
}
