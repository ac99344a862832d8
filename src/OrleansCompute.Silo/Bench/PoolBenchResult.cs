using System.Collections.Immutable;

namespace OrleansCompute.Silo.Bench;

/// <summary>What <see cref="PoolBench"/> measured.</summary>
/// <param name="Options">Of what.</param>
/// <param name="JoinSeconds">All nodes joining, one after the other.</param>
/// <param name="SubmitSeconds">All jobs submitted, 64 at a time, each stored.</param>
/// <param name="FillSeconds">From then until nobody was given anything more.</param>
/// <param name="RunningJobs">Jobs with leases then.</param>
/// <param name="HeldAccelerators">Accelerators that they held then.</param>
/// <param name="IdleCpuFraction">Of one core, with heartbeats, renewals, whole rounds and the probe of turns, and no events.</param>
/// <param name="CpuMsPerEvent">Of one core for a job that ends or comes, all that follows included, beyond that.</param>
/// <param name="Steps">Parts of rounds while jobs came and went; see <c>PoolMeter</c>. <c>turn</c> is how long another call waited.</param>
public sealed record PoolBenchResult(
    PoolBenchOptions Options, double JoinSeconds, double SubmitSeconds, double FillSeconds, int RunningJobs, int HeldAccelerators, double IdleCpuFraction,
    double CpuMsPerEvent, ImmutableArray<StepTimes> Steps);
