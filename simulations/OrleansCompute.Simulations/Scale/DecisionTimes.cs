using System.Collections.Immutable;

namespace OrleansCompute.Simulations.Scale;

/// <summary>How long decisions took for a <see cref="SyntheticPool"/>. Milliseconds of one thread.</summary>
/// <param name="Case">elastic or gangs.</param>
/// <param name="Types">Accelerator types.</param>
/// <param name="Accelerators">In the pool.</param>
/// <param name="Jobs">Unfinished, about.</param>
/// <param name="RunningJobs">Of these, with accelerators, at the end.</param>
/// <param name="FirstRoundMs">The first round, in which nothing is known of any job's speed.</param>
/// <param name="RoundMsP50">Median whole round.</param>
/// <param name="RoundMsP99">99th percentile; the worst, where there are fewer than 100.</param>
/// <param name="Rounds">Whole rounds.</param>
/// <param name="SubmitMsP50">Median incremental decision after a submission.</param>
/// <param name="SubmitMsP99">99th percentile of it.</param>
/// <param name="FinishMsP50">Median incremental decision after a job finished.</param>
/// <param name="FinishMsP99">99th percentile of it.</param>
/// <param name="Decisions">Incremental decisions of each kind.</param>
/// <param name="SpeedRatio">
/// Speed of all jobs together after the incremental decisions between two rounds, over that after the whole round that follows: mean.
/// </param>
/// <param name="HeldFraction">Accelerators held after incremental decisions, of all: the least that was seen.</param>
/// <param name="RoundMs">Each whole round.</param>
public sealed record DecisionTimes(
    string Case,
    int Types,
    int Accelerators,
    int Jobs,
    int RunningJobs,
    double FirstRoundMs,
    double RoundMsP50,
    double RoundMsP99,
    int Rounds,
    double SubmitMsP50,
    double SubmitMsP99,
    double FinishMsP50,
    double FinishMsP99,
    int Decisions,
    double SpeedRatio,
    double HeldFraction,
    ImmutableArray<double> RoundMs);
