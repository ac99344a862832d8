using System.Collections.Immutable;
using OrleansCompute.Simulations.Tenants;

namespace OrleansCompute.Simulations.Engine;

/// <summary>What a run measured. Rates and shares are from 0 to 1; times are virtual unless they say otherwise.</summary>
public sealed record SimulationResult
{
    /// <summary>Jobs that finished.</summary>
    public required int Jobs { get; init; }

    /// <summary>Jobs that did not: the policy never gave them what they need, or the time was over.</summary>
    public required int UnfinishedJobs { get; init; }

    /// <summary>Mean time from submission to the end of the work.</summary>
    public required double AvgJctSeconds { get; init; }

    /// <summary>Median of it.</summary>
    public required double MedianJctSeconds { get; init; }

    /// <summary>99th percentile of it, linear between ranks.</summary>
    public required double P99JctSeconds { get; init; }

    /// <summary>When the last job that finished was done; NaN where none did.</summary>
    public required double MakespanSeconds { get; init; }

    /// <summary>The time that shares are measured over: the makespan where all jobs are done, else until the run ended.</summary>
    public required double SimulatedSeconds { get; init; }

    /// <summary>Why the run ended before all jobs were done; empty where they are.</summary>
    public string EndReason { get; init; } = "";

    /// <summary>The jobs that were not done, in the order of submission.</summary>
    public ImmutableArray<UnfinishedJob> Unfinished { get; init; } = [];

    /// <summary>Mean time from submission to the first start.</summary>
    public required double AvgWaitSeconds { get; init; }

    /// <summary>Share of the accelerators' time, over <see cref="SimulatedSeconds"/>, in which they computed.</summary>
    public required double Utilisation { get; init; }

    /// <summary>Share of the accelerators that were held, over the rounds in which jobs requested at least all there were.</summary>
    public required double SaturatedUtilisation { get; init; }

    /// <summary>
    /// Goodput: the accelerator-seconds that the finished work takes on one accelerator of the first type, all of it, over those that were
    /// held for it. Below 1 by what scaling, larger batches, restarts and lost work cost; above where it ran on faster types.
    /// </summary>
    public required double GoodputFraction { get; init; }

    /// <summary>Worst of the ratios that <see cref="JobOutcome.FinishTimeRatio"/> says.</summary>
    public required double WorstFtf { get; init; }

    /// <summary>Share of jobs with a ratio above 1.05.</summary>
    public required double UnfairFraction { get; init; }

    /// <summary>Mean accelerator-hours held by a job.</summary>
    public required double GpuHoursPerJob { get; init; }

    /// <summary>What all jobs cost, in the currency of the cluster's prices; null where it has neither prices nor watts.</summary>
    public double? Cost { get; init; }

    /// <summary>Energy that accelerators drew while jobs held them, kWh; null where the cluster has neither prices nor watts.</summary>
    public double? EnergyKilowattHours { get; init; }

    /// <summary>Mean changes of accelerators after the first start.</summary>
    public required double RestartsPerJob { get; init; }

    /// <summary>Mean times that a job lost a node on which it ran: failed, or taken back.</summary>
    public double FailuresPerJob { get; init; }

    /// <summary>Jobs submitted with a deadline.</summary>
    public int Deadlines { get; init; }

    /// <summary>Of these, jobs whose deadline was refused at submission.</summary>
    public int DeadlinesRefused { get; init; }

    /// <summary>Of those not refused, jobs that were done in time.</summary>
    public int DeadlinesMet { get; init; }

    /// <summary>Share of the accelerators' time, over <see cref="SimulatedSeconds"/>, in which they were held.</summary>
    public required double AllocationFraction { get; init; }

    /// <summary>Mean share of accelerators that were free on partly used nodes while jobs waited.</summary>
    public required double FragmentedFraction { get; init; }

    /// <summary>99th percentile of the time that a decision took, real milliseconds.</summary>
    public required double DecisionMsP99 { get; init; }

    /// <summary>Real seconds of the whole run.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>How tenants fared; empty where there are none.</summary>
    public ImmutableArray<TenantOutcome> Tenants { get; init; } = [];

    /// <summary>
    /// Jain's index of service over entitlement of the tenants that have none below them: 1 where all got what they were entitled to, 1/n
    /// where one of n got all. NaN without tenants.
    /// </summary>
    public double TenantFairness { get; init; } = double.NaN;

    /// <summary>Each finished job, in the order of submission.</summary>
    public required ImmutableArray<JobOutcome> Outcomes { get; init; }

    /// <summary>The cluster after each round.</summary>
    public required ImmutableArray<RoundSample> Samples { get; init; }

    /// <summary>The rounds in which something changed, where they were recorded.</summary>
    public required ImmutableArray<RoundRecord> Rounds { get; init; }
}
