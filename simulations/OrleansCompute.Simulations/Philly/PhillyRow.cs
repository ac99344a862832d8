namespace OrleansCompute.Simulations.Philly;

/// <summary>A job of a Philly trace: all that is known of it.</summary>
/// <param name="Name">Its line, as a name.</param>
/// <param name="SubmitSeconds">When it is submitted, from the first job of the file.</param>
/// <param name="DurationSeconds">How long it ran on what it had, which no blind policy is told.</param>
/// <param name="Accelerators">What it had, all or none.</param>
/// <param name="Tenant">Its virtual cluster.</param>
public sealed record PhillyRow(string Name, double SubmitSeconds, double DurationSeconds, int Accelerators, string Tenant);
