namespace OrleansCompute.Gateway.Rest;

/// <summary>Readings of a device that are stored.</summary>
internal sealed record ReadingsCount(long Count);
