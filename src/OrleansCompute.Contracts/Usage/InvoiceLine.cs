using Orleans;

namespace OrleansCompute.Contracts.Usage;

/// <summary>What one job used.</summary>
[GenerateSerializer, Immutable, Alias("oc.invoice-line.v1")]
public sealed record InvoiceLine
{
    /// <summary>Job.</summary>
    [Id(0)] public required string Job { get; init; }

    /// <summary>Seconds on accelerators, parts as parts: a quarter of one for four seconds is one.</summary>
    [Id(1)] public required decimal AcceleratorSeconds { get; init; }

    /// <summary>Price, unrounded.</summary>
    [Id(2)] public required decimal Amount { get; init; }

    /// <summary>Seconds that accelerators, or parts of them, were held; more than <see cref="AcceleratorSeconds"/> where they were parts.</summary>
    [Id(3)] public decimal HeldSeconds { get; init; }
}
