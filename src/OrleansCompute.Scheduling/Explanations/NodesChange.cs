namespace OrleansCompute.Scheduling.Explanations;

/// <summary>More or fewer nodes of a type.</summary>
/// <param name="Type">Accelerator type.</param>
/// <param name="Count">Nodes that come, or with a negative number go: those with most free accelerators first. -10,000 to 10,000, not 0.</param>
/// <param name="AcceleratorsPerNode">
/// Accelerators of each that comes, 1 to 1,024; null for as many as the largest node of the type has. The rest is as on that node.
/// </param>
public sealed record NodesChange(string Type, int Count, int? AcceleratorsPerNode = null);
