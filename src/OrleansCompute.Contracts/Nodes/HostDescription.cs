using Orleans;

namespace OrleansCompute.Contracts.Nodes;

/// <summary>What a node says of the machine that its accelerators are in.</summary>
[GenerateSerializer, Immutable, Alias("oc.host.v1")]
public sealed record HostDescription
{
    /// <summary>Processor cores that jobs may ask for beside accelerators, 0 to 65,536; 0 where they are not known and limit nothing.</summary>
    [Id(0)] public double CpuCores { get; init; }

    /// <summary>Memory that jobs may ask for beside accelerators, bytes, 0 to 1 PiB; 0 where it is not known and limits nothing.</summary>
    [Id(1)] public long MemoryBytes { get; init; }

    /// <summary>The rack that it is in: nodes of one rack are near each other. Empty where it is not known.</summary>
    [Id(2)] public string Rack { get; init; } = "";

    /// <summary>
    /// What one accelerator costs its operator for an hour, in the currency of the tenants' plans, 0 to 1,000,000; null where nobody said: then
    /// it counts as what the plans charge at least.
    /// </summary>
    [Id(3)] public decimal? PricePerAcceleratorHour { get; init; }

    /// <summary>Power that one accelerator draws under load, watts, 0 to 100,000; 0 where it is not known.</summary>
    [Id(4)] public double WattsPerAccelerator { get; init; }

    /// <summary>Whether its owner may take it back at any time, as spot machines are.</summary>
    [Id(5)] public bool IsReclaimable { get; init; }
}
