using OrleansCompute.Scheduling.Packing;

namespace OrleansCompute.Simulations.Packing;

/// <summary>A task of a list.</summary>
/// <param name="Name">Its name, unique in the list.</param>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Shape">What it needs.</param>
public sealed record PackingTask(string Name, int Line, PackingShape Shape);
