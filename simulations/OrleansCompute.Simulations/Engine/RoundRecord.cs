using System.Collections.Immutable;

namespace OrleansCompute.Simulations.Engine;

/// <summary>A line of the decision trace: a round in which something changed.</summary>
/// <param name="Seconds">When.</param>
/// <param name="HeldAccelerators">Accelerators held after the round.</param>
/// <param name="ReadyAccelerators">Accelerators of ready nodes.</param>
/// <param name="RunningJobs">Jobs with accelerators.</param>
/// <param name="WaitingJobs">Jobs without.</param>
/// <param name="Changes">Jobs whose accelerators changed.</param>
public sealed record RoundRecord(
    double Seconds,
    int HeldAccelerators,
    int ReadyAccelerators,
    int RunningJobs,
    int WaitingJobs,
    ImmutableArray<AllocationChange> Changes);
