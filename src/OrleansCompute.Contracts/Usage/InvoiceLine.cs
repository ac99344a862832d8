using Orleans;

namespace OrleansCompute.Contracts.Usage;

/// <summary>What one job used.</summary>
[GenerateSerializer, Immutable, Alias("oc.invoice-line.v1")]
public sealed record InvoiceLine
{
    /// <summary>Job.</summary>
    [Id(0)] public required string Job { get; init; }

    /// <summary>Time on accelerators, seconds.</summary>
    [Id(1)] public required decimal AcceleratorSeconds { get; init; }

    /// <summary>Price, unrounded.</summary>
    [Id(2)] public required decimal Amount { get; init; }
}
