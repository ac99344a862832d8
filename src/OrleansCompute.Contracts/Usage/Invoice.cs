using System.Collections.Immutable;
using Orleans;

namespace OrleansCompute.Contracts.Usage;

/// <summary>A month of a tenant, computed from the ledger.</summary>
[GenerateSerializer, Immutable, Alias("oc.invoice.v1")]
public sealed record Invoice
{
    /// <summary>Tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Month, <c>yyyy-MM</c>, UTC.</summary>
    [Id(1)] public required string Month { get; init; }

    /// <summary>A line per job, by name.</summary>
    [Id(2)] public required ImmutableArray<InvoiceLine> Lines { get; init; }

    /// <summary>Seconds on accelerators, parts as parts: what is paid for.</summary>
    [Id(3)] public required decimal AcceleratorSeconds { get; init; }

    /// <summary>Sum of the lines, rounded once, to the cent.</summary>
    [Id(4)] public required decimal Amount { get; init; }

    /// <summary>ISO 4217 code.</summary>
    [Id(5)] public required string Currency { get; init; }

    /// <summary>Seconds that accelerators, or parts of them, were held.</summary>
    [Id(6)] public decimal HeldSeconds { get; init; }
}
