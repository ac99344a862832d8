namespace OrleansCompute.Scheduling.Policies;

/// <summary>An entry of a <see cref="JobMenu"/>.</summary>
/// <param name="Type">Index of the accelerator type; -1 where it is what the job holds, of several types.</param>
/// <param name="Accelerators">How many.</param>
/// <param name="Nodes">On how many nodes.</param>
/// <param name="Speed">Speed, less what the restart costs.</param>
/// <param name="IsCurrent">Whether it is what the job holds.</param>
internal readonly record struct MenuChoice(int Type, int Accelerators, int Nodes, double Speed, bool IsCurrent);
