using OrleansCompute.Training.Checkpoints;

namespace OrleansCompute.Training.Workers;

/// <summary>How a run ended.</summary>
public abstract record TrainingOutcome
{
    private TrainingOutcome()
    {
    }

    /// <summary>All epochs are done.</summary>
    /// <param name="Checkpoint">The final state.</param>
    public sealed record Completed(Checkpoint Checkpoint) : TrainingOutcome;

    /// <summary>Stopped on request at a step boundary.</summary>
    /// <param name="Checkpoint">Where to go on.</param>
    public sealed record Stopped(Checkpoint Checkpoint) : TrainingOutcome;

    /// <summary>It cannot go on; the last stored checkpoint is where to begin again.</summary>
    /// <param name="Reason">What happened, and what to do.</param>
    public sealed record Failed(string Reason) : TrainingOutcome;
}
