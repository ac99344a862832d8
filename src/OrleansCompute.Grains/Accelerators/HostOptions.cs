using OrleansCompute.Contracts.Nodes;

namespace OrleansCompute.Grains.Accelerators;

/// <summary>The machine that a node's accelerators are in. What is not set is measured, or not known. Thread-safe.</summary>
public sealed record HostOptions
{
    /// <summary>Processor cores that jobs may ask for beside accelerators, above 0 to 65,536. Default null: those that this process may use.</summary>
    public double? CpuCores { get; init; }

    /// <summary>Memory that jobs may ask for beside accelerators, bytes, 1 MiB to 1 PiB. Default null: what this process may use.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The rack that it is in, in the form of every name. Default empty: not known.</summary>
    public string Rack { get; init; } = "";

    /// <summary>
    /// What one accelerator costs for an hour, in the currency of the tenants' plans, 0 to 1,000,000. Default null: what the plans charge at
    /// least.
    /// </summary>
    public decimal? PricePerAcceleratorHour { get; init; }

    /// <summary>Power that one accelerator draws under load, watts, 0 to 100,000. Default 0: not known.</summary>
    public double WattsPerAccelerator { get; init; }

    /// <summary>Whether its owner may take it back at any time, as spot machines are. Default false.</summary>
    public bool IsReclaimable { get; init; }

    /// <summary>The same with cores and memory measured where they are not set: the limits of the container, else the machine's.</summary>
    /// <param name="nodes">Nodes that share the machine, 1 or more: each counts with its part.</param>
    public HostOptions Measured(int nodes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        return this with
        {
            CpuCores = CpuCores ?? (double)Environment.ProcessorCount / nodes,
            MemoryBytes = MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / nodes,
        };
    }

    /// <summary>All problems at once, each naming the option, its value and the allowed range.</summary>
    /// <param name="prefix">What the options are called, such as <c>Node:Host:</c>.</param>
    public IReadOnlyList<string> Problems(string prefix)
    {
        var problems = HostCheck.Problems(prefix, Describe()).ToList();
        if (CpuCores is 0)
        {
            problems.Add($"{prefix}{nameof(CpuCores)} is 0; allowed: above 0 to {HostCheck.MaxCores}. Leave it out to have it measured.");
        }

        if (MemoryBytes is < HostCheck.MinMemoryBytes and >= 0)
        {
            problems.Add($"{prefix}{nameof(MemoryBytes)} is {MemoryBytes}; allowed: {HostCheck.MinMemoryBytes} (1 MiB) to {HostCheck.MaxMemoryBytes}. Leave it out to have it measured.");
        }

        return problems;
    }

    /// <summary>What the node tells its pool.</summary>
    internal HostDescription Describe() => new()
    {
        CpuCores = CpuCores ?? 0,
        MemoryBytes = MemoryBytes ?? 0,
        Rack = Rack ?? "",
        PricePerAcceleratorHour = PricePerAcceleratorHour,
        WattsPerAccelerator = WattsPerAccelerator,
        IsReclaimable = IsReclaimable,
    };
}
