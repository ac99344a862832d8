using Microsoft.Extensions.Logging;

namespace OrleansCompute.Grains.Jobs;

/// <content>Log messages.</content>
internal sealed partial class TrainingRun
{
    [LoggerMessage(5121, LogLevel.Information, "Job {Job}, generation {Generation}: training was cancelled")]
    private partial void LogCancelled(string job, int generation);

    [LoggerMessage(5122, LogLevel.Error, "Job {Job}, generation {Generation}: training failed")]
    private partial void LogFailed(Exception exception, string job, int generation);

    [LoggerMessage(5123, LogLevel.Warning, "Job {Job}, generation {Generation}: a shard could not be unloaded")]
    private partial void LogUnloadFailed(Exception exception, string job, int generation);

    [LoggerMessage(5124, LogLevel.Warning, "Job {Job}, generation {Generation}: the end was not taken at attempt {Attempt}; it is tried again")]
    private partial void LogEndRetried(Exception exception, string job, int generation, int attempt);

    [LoggerMessage(5125, LogLevel.Error, "Job {Job}, generation {Generation}: the job could not be told of the end")]
    private partial void LogEndNotTold(Exception exception, string job, int generation);
}
