using System.Collections.Immutable;
using OrleansCompute.Simulations.Engine;
using OrleansCompute.Simulations.Sweeps;

namespace OrleansCompute.Cli.Commands.Simulations;

/// <summary>A run of a sweep; names as in the JSON of `oc sim cluster`.</summary>
internal sealed record SweepRunSummary(
    string Workload,
    string Policy,
    int Seed,
    int Jobs,
    int UnfinishedJobs,
    int RefusedJobs,
    double AvgJctSeconds,
    double MedianJctSeconds,
    double P99JctSeconds,
    double MakespanSeconds,
    double AvgWaitSeconds,
    double Utilisation,
    double SaturatedUtilisation,
    double GoodputFraction,
    double WorstFtf,
    double UnfairFraction,
    double GpuHoursPerJob,
    double RestartsPerJob,
    double AllocationFraction,
    double FragmentedFraction,
    double DecisionMsP99,
    double WallSeconds)
{
    /// <summary>Why the run ended before all jobs were done.</summary>
    public string? EndReason { get; init; }

    /// <summary>Each job that was not done, and what kept it.</summary>
    public ImmutableArray<UnfinishedJob>? Unfinished { get; init; }

    public static SweepRunSummary Of(SweepRow row)
    {
        var result = row.Result;
        return new SweepRunSummary(
            row.Workload, row.Policy, row.Seed, result.Jobs, result.UnfinishedJobs, row.RefusedJobs, result.AvgJctSeconds, result.MedianJctSeconds,
            result.P99JctSeconds, result.MakespanSeconds, result.AvgWaitSeconds, result.Utilisation, result.SaturatedUtilisation,
            result.GoodputFraction, result.WorstFtf, result.UnfairFraction, result.GpuHoursPerJob, result.RestartsPerJob,
            result.AllocationFraction, result.FragmentedFraction, result.DecisionMsP99, result.WallSeconds)
        {
            EndReason = result.EndReason.Length == 0 ? null : result.EndReason,
            Unfinished = result.Unfinished.IsEmpty ? null : result.Unfinished,
        };
    }
}
