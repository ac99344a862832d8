using OrleansCompute.Contracts.Jobs;

namespace OrleansCompute.Dashboard.Formatting;

/// <summary>Figures that a page derives from a job's status. Pure.</summary>
internal static class JobFigures
{
    /// <summary>How much of the training is done, 0 to 1.</summary>
    public static double Fraction(JobStatus job) => job switch
    {
        { State: JobState.Succeeded } => 1,
        { Progress: { SamplesTotal: > 0 } progress } => Math.Clamp((double)progress.SamplesDone / progress.SamplesTotal, 0, 1),
        _ => 0,
    };

    /// <summary>How long it has trained so far, or did; null before it began.</summary>
    public static TimeSpan? Elapsed(JobStatus job, DateTimeOffset now) => (job.FinishedAt ?? now) - job.StartedAt;
}
