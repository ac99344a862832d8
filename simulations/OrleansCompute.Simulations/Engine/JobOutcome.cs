namespace OrleansCompute.Simulations.Engine;

/// <summary>What became of a job.</summary>
/// <param name="Id">Name.</param>
/// <param name="SubmitSeconds">When it was submitted.</param>
/// <param name="StartSeconds">When it first got accelerators.</param>
/// <param name="CompletionSeconds">When its work was done.</param>
/// <param name="AttainedAcceleratorSeconds">Accelerator-seconds that it held.</param>
/// <param name="Restarts">Changes of its accelerators after the first start.</param>
/// <param name="FinishTimeRatio">
/// Its completion time over what it would have needed alone on an equal share of the cluster, by the mean number of jobs in its time
/// (Themis' ρ).
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
}
