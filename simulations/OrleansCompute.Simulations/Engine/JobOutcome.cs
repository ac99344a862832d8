namespace OrleansCompute.Simulations.Engine;

/// <summary>What became of a job.</summary>
/// <param name="Id">Name.</param>
/// <param name="SubmitSeconds">When it was submitted.</param>
/// <param name="StartSeconds">When it first got accelerators.</param>
/// <param name="CompletionSeconds">When its work was done.</param>
/// <param name="AttainedAcceleratorSeconds">Accelerator-seconds that it held.</param>
/// <param name="Restarts">Changes of its accelerators after the first start.</param>
/// <param name="FinishTimeRatio">
/// Themis' ρ (Mahajan et al., NSDI 2020): its completion time over that on 1/n of the cluster all to itself, n the mean number of jobs in its
/// time; with less than one accelerator each, on a part of one's time. What it divides by is never less than a round: a job of no length
/// that waits for the next decision, as all do, is not treated unfairly.
/// </param>
public sealed record JobOutcome(
    string Id,
    double SubmitSeconds,
    double StartSeconds,
    double CompletionSeconds,
    double AttainedAcceleratorSeconds,
    int Restarts,
    double FinishTimeRatio)
{
    /// <summary>Job completion time: from submission to the end of the work.</summary>
    public double JctSeconds => CompletionSeconds - SubmitSeconds;

    /// <summary>From submission to the first start.</summary>
    public double WaitSeconds => StartSeconds - SubmitSeconds;

    /// <summary>Seconds with accelerators.</summary>
    public double RunSeconds { get; init; }

    /// <summary>Seconds without any after the first start.</summary>
    public double PausedSeconds => JctSeconds - WaitSeconds - RunSeconds;

    /// <summary>Accelerators that its owner asked for.</summary>
    public int RequestedAccelerators { get; init; }

    /// <summary>Failures of nodes that hit it.</summary>
    public int Failures { get; init; }

    /// <summary>When it was to be done; null for no deadline.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Whether the deadline was refused at submission.</summary>
    public bool IsDeadlineRefused { get; init; }

    /// <summary>Accelerator-seconds that its work takes on one accelerator of the first type that it accepts.</summary>
    public double AloneAcceleratorSeconds { get; init; }

    /// <summary>That over what it held: 1 for a job that always ran as efficiently as alone.</summary>
    public double GoodputFraction => AloneAcceleratorSeconds / AttainedAcceleratorSeconds;
}
