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

    /// <summary>Measured speed of one of them, 10⁹ operations a second; 1 where nothing was measured.</summary>
    public double ScoreGflops { get; init; } = 1;

    /// <summary>Memory of one of them, bytes; 0 where it is not known.</summary>
    public long AcceleratorMemoryBytes { get; init; }

    /// <summary>The rack it is in; nodes of one rack are near each other.</summary>
    public string Rack { get; init; } = "";

    /// <summary>Whether new work may be put on it. A draining or lost node may not get any, and what runs there is moved.</summary>
    public bool IsReady { get; init; } = true;
}
