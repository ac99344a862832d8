namespace OrleansCompute.Simulations.Engine;

/// <summary>A job whose accelerators changed.</summary>
/// <param name="Job">Name.</param>
/// <param name="Before">Accelerators before.</param>
/// <param name="After">Accelerators after.</param>
/// <param name="Placement">Node names with counts, in the order of the job's ranks.</param>
/// <param name="Reason">The policy's reason.</param>
/// <param name="Batch">Samples of a step that it begins with there; null where its batch is fixed, or it waits.</param>
public sealed record AllocationChange(string Job, int Before, int After, string Placement, string Reason, int? Batch = null);
