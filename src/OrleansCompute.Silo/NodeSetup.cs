using System.Collections.Immutable;
using OrleansCompute.Grains.Accelerators;

namespace OrleansCompute.Silo;

/// <summary>A node that a server hosts.</summary>
/// <param name="Name">Name of the node and of its silo.</param>
/// <param name="Accelerators">What it offers.</param>
public sealed record NodeSetup(string Name, ImmutableArray<AcceleratorOptions> Accelerators)
{
    /// <summary>The name that a machine's only node has.</summary>
    public const string LocalName = "local";

    /// <summary>The machine. What is not set is measured, and shared out among the nodes of the server. Default: all of it.</summary>
    public HostOptions Host { get; init; } = new();

    /// <summary>One node with one accelerator: every core of the machine, the widest vector instructions.</summary>
    public static NodeSetup WholeMachine { get; } =
        new(LocalName, [new AcceleratorOptions { Name = "cpu0", Threads = Math.Clamp(Environment.ProcessorCount, 1, 256) }]);
}
