using Orleans;

namespace OrleansCompute.Contracts.Tenants;

/// <summary>What a tenant pays.</summary>
[GenerateSerializer, Immutable, Alias("oc.price-plan.v1")]
public sealed record PricePlan
{
    /// <summary>ISO 4217 code. Default EUR.</summary>
    [Id(0)] public string Currency { get; init; } = "EUR";

    /// <summary>Price of one accelerator for an hour. Default 0.36, that is 0.0001 a second.</summary>
    [Id(1)] public decimal PerAcceleratorHour { get; init; } = 0.36m;
}
