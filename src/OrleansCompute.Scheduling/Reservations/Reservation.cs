using OrleansCompute.Scheduling.Model;

namespace OrleansCompute.Scheduling.Reservations;

/// <summary>Accelerators that are held back, or given, to a job that has waited too long.</summary>
/// <param name="Job">Its index in the round.</param>
/// <param name="JobId">Its name.</param>
/// <param name="Type">Index of the accelerator type.</param>
/// <param name="Needed">Accelerators that it needs.</param>
/// <param name="Available">Those of the type that are free, or held by jobs that may be preempted.</param>
/// <param name="WaitedSeconds">How long it has waited.</param>
/// <param name="Allocation">What it gets now; none while too few are available.</param>
/// <param name="StartSeconds">When enough are expected to be available, on the caller's clock; infinite where nobody knows.</param>
public sealed record Reservation(
    int Job, string JobId, int Type, int Needed, int Available, double WaitedSeconds, Allocation Allocation, double StartSeconds);
