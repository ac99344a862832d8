using Microsoft.Extensions.Logging;

namespace OrleansCompute.Grains.Jobs;

/// <content>Log messages.</content>
internal sealed partial class TrainingRun
{
    [LoggerMessage(5121, LogLevel.Information, "Job {Job}, generation {Generation}: training was cancelled")]
    private partial void LogCancelled(string job, int generation);

    [LoggerMessage(5122, LogLevel.Error, "Job {Job}, generation {Generation}: training failed")]
    private partial void LogFailed(Exception exception, string job, int generation);

    [LoggerMessage(5123, LogLevel.Warning, "Job {Job}, generation {Generation}: a call of the clean-up failed")]
    private partial void LogCleanUpFailed(Exception exception, string job, int generation);
}
