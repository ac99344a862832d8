using System.Collections.Immutable;

namespace OrleansCompute.Scheduling.Model;

/// <summary>A node as a policy sees it: its accelerators are of one type.</summary>
public sealed record NodeSnapshot
{
    /// <summary>Name, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Type of its accelerators.</summary>
    public required string AcceleratorType { get; init; }

    /// <summary>Accelerators on it, 0 or more.</summary>
    public required int Accelerators { get; init; }

    /// <summary>Measured speed of one of them, 10⁹ operations a second, above 0; 1 where nothing was measured.</summary>
    public double ScoreGflops { get; init; } = 1;

    /// <summary>Memory of one of them, bytes; 0 where it is not known.</summary>
    public long AcceleratorMemoryBytes { get; init; }

    /// <summary>Cores of its processors, 0 or more; 0 where they limit nothing.</summary>
    public double CpuCores { get; init; }

    /// <summary>Memory of the host, bytes, 0 or more; 0 where it limits nothing.</summary>
    public long HostMemoryBytes { get; init; }

    /// <summary>The rack it is in; nodes of one rack are near each other. Empty where it is not known.</summary>
    public string Rack { get; init; } = "";

    /// <summary>Whether it is there. False: it is gone, and what ran there is lost.</summary>
    public bool IsReady { get; init; } = true;

    /// <summary>Whether it is being emptied: it gets no new work, and what runs there is moved at the next safe point.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Whether its owner may take it back at any time, as spot machines are.</summary>
    public bool IsReclaimable { get; init; }

    /// <summary>When it will be taken back, seconds on the caller's clock, where that was announced.</summary>
    public double? ReclaimSeconds { get; init; }

    /// <summary>Price of one accelerator for an hour, in the currency of <see cref="JobSnapshot.Budget"/>, 0 or more.</summary>
    public double PricePerAcceleratorHour { get; init; }

    /// <summary>Power that one accelerator draws under load, watts, 0 or more; 0 where it is not known.</summary>
    public double WattsPerAccelerator { get; init; }

    /// <summary>Affinity groups with members on it that are not among the jobs of the round.</summary>
    public ImmutableArray<string> OccupiedGroups { get; init; } = [];

    /// <summary>Whether new work may be put on it.</summary>
    public bool TakesWork => IsReady && !IsDraining;

    /// <summary>Null where the numbers make sense; else a sentence for each that does not.</summary>
    public string? Problem()
    {
        var problems = new ProblemList();
        problems.Check(!string.IsNullOrEmpty(Name), nameof(Name), Name, "a name");
        problems.Check(AcceleratorType is not null, nameof(AcceleratorType), AcceleratorType, "a name, which may be empty");
        problems.Check(Accelerators >= 0, nameof(Accelerators), Accelerators, "0 or more");
        problems.Check(ScoreGflops is > 0 and < double.PositiveInfinity, nameof(ScoreGflops), ScoreGflops, "above 0");
        problems.Check(AcceleratorMemoryBytes >= 0, nameof(AcceleratorMemoryBytes), AcceleratorMemoryBytes, "0 or more");
        problems.Check(CpuCores is >= 0 and < double.PositiveInfinity, nameof(CpuCores), CpuCores, "0 or more (0: no limit)");
        problems.Check(HostMemoryBytes >= 0, nameof(HostMemoryBytes), HostMemoryBytes, "0 or more (0: no limit)");
        problems.Check(Rack is not null, nameof(Rack), Rack, "a name, which may be empty");
        problems.Check(ReclaimSeconds is null || double.IsFinite(ReclaimSeconds.Value), nameof(ReclaimSeconds), ReclaimSeconds, "a time, or none");
        problems.Check(PricePerAcceleratorHour is >= 0 and < double.PositiveInfinity, nameof(PricePerAcceleratorHour), PricePerAcceleratorHour, "0 or more");
        problems.Check(WattsPerAccelerator is >= 0 and < double.PositiveInfinity, nameof(WattsPerAccelerator), WattsPerAccelerator, "0 or more");
        return problems.Text;
    }
}
