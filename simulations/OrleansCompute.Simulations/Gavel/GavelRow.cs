namespace OrleansCompute.Simulations.Gavel;

/// <summary>A job of a Gavel trace.</summary>
/// <param name="Name">Its line, as a name.</param>
/// <param name="JobType">Model and batch size, as the throughputs name them.</param>
/// <param name="Scale">Accelerators, all or none.</param>
/// <param name="Steps">Length, which no blind policy is told.</param>
/// <param name="Weight">Its worth relative to others.</param>
/// <param name="SubmitSeconds">When it is submitted.</param>
public sealed record GavelRow(string Name, string JobType, int Scale, double Steps, double Weight, double SubmitSeconds);
